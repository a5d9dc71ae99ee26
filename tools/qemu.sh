#!/usr/bin/env bash
# Gives this machine a QEMU for qblk's sandboxes and tests.
#
#   tools/qemu.sh                    whatever is needed: nothing when QEMU is on PATH, `install` for root, else `private`
#   tools/qemu.sh install            with apt-get, as root
#   tools/qemu.sh private [SUITE]…   without root: unpacks Debian's packages into a folder that `qblk --sandbox` looks in;
#                                    SUITE is bullseye, bookworm, trixie, trixie-backports, … (this machine's own unless given)
#
# Private copies lie in ${XDG_CACHE_HOME:-~/.cache}/qblk/qemu/SUITE/bin and are made once. They come from the archive that
# this machine's apt is set up for; QBLK_DEBIAN_ARCHIVE=URI names another. Their directories are what goes to standard output.
set -euo pipefail

say() { printf 'qemu.sh: %s\n' "$*" >&2; }

other_ways() {
  cat >&2 <<'WORDS'
Ways to install QEMU by hand (qemu-system-x86_64 or qemu-storage-daemon, with qemu-img and qemu-io):
  Debian, Ubuntu   apt-get install qemu-system-x86 qemu-utils
  Fedora           dnf install qemu-system-x86-core qemu-img
  Arch             pacman -S qemu-base
  Alpine           apk add qemu-system-x86_64 qemu-img
  macOS            brew install qemu
Programs that lie elsewhere are found with QBLK_QEMU=DIRECTORY.
WORDS
}

give_up() {
  say "$1"
  other_ways
  exit 1
}

on_path() {
  command -v qemu-img && command -v qemu-io && { command -v qemu-system-x86_64 || command -v qemu-storage-daemon; }
} > /dev/null

install_with_apt() {
  [ "$(id -u)" = 0 ] || give_up 'install needs root'
  command -v apt-get > /dev/null || give_up 'this system has no apt-get'
  local packages=(qemu-system-x86 qemu-utils) quietly=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
  say "installing ${packages[*]}"
  # A machine that has never asked its archive, or long ago, does not know these packages or where they lie now.
  "${quietly[@]}" install -y --no-install-recommends "${packages[@]}" > /dev/null 2>&1 \
    || { "${quietly[@]}" update && "${quietly[@]}" install -y --no-install-recommends "${packages[@]}" > /dev/null; } \
    || give_up 'apt-get could not install QEMU'
}

own_suite() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release 2> /dev/null | tr -d \"; }

archive() {
  if [ -n "${QBLK_DEBIAN_ARCHIVE:-}" ]; then
    echo "$QBLK_DEBIAN_ARCHIVE"
  else
    # apt's settings say it even before a first `apt-get update`; the security archive has an address of its own.
    apt-get indextargets --no-release-info --format '$(REPO_URI)' 'Created-By: Packages' 2> /dev/null \
      | grep -E '/debian(\.list)?/?$' | head -n 1
  fi
}

# An apt of its own in $1: it reads nothing of the machine's packages and writes nothing outside.
write_apt_settings() {
  local home=$1 suite=$2 uri=$3 name
  mkdir -p "$home"/{lists,archives}/partial
  for name in $(printf '%s\n' "$suite" "${suite%-backports}" | sort -u); do
    echo "deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $name main"
  done > "$home/sources.list"
  cat > "$home/apt.conf" <<SETTINGS
APT { Architecture "amd64"; Architectures { "amd64"; }; Default-Release "$suite"; Install-Recommends "false"; Sandbox::User ""; };
Dir { State "$home"; State::status "/dev/null"; State::lists "$home/lists"; Cache "$home"; Cache::archives "$home/archives"; };
Dir::Etc { SourceList "$home/sources.list"; SourceParts "/dev/null"; Preferences "/dev/null"; PreferencesParts "/dev/null"; };
Acquire { Languages "none"; Retries "3"; http::Timeout "20"; https::Timeout "20"; };
SETTINGS
}

# Fetches QEMU and every library it needs, the C library too, and unpacks them into $2.
fetch() {
  local home=$1 tree=$2
  export APT_CONFIG=$home/apt.conf
  apt-get -qq update 2> "$home/words" || return 1
  # An archive that does not answer is only a warning to apt.
  ! grep -q '^[EW]: Failed to fetch' "$home/words" || return 1
  apt-get -s install qemu-system-x86 qemu-utils 2> "$home/words" | awk '$1 == "Inst" { print $2 }' > "$home/all" || return 1
  grep -E '^(qemu-(system-(x86|common|data)|utils)|seabios|lib.*|zlib1g)$' "$home/all" > "$home/wanted"
  (cd "$home/archives" && xargs apt-get -qq download < "$home/wanted") 2> "$home/words" || return 1
  apt-cache policy qemu-system-x86 | awk '$1 == "Candidate:" { print $2 }' > "$home/version"
  unset APT_CONFIG
  local package
  for package in "$home"/archives/*.deb; do dpkg-deb -x "$package" "$tree"; done
  # Programs are run where they lie; nothing here is ever set up.
  (cd "$tree" && rm -rf etc var sbin usr/sbin usr/include usr/lib/systemd lib/systemd)
  find "$tree/usr/share" -mindepth 1 -maxdepth 1 ! -name qemu ! -name seabios -exec rm -rf {} +
}

# Writes bin/ in $1, for the day when it is called $2: each program with its own loader, libraries, modules and firmware.
write_wrappers() {
  local tree=$1 home=$2 triplet=x86_64-linux-gnu loader program name firmware
  loader=$(cd "$tree" && find . -name ld-linux-x86-64.so.2 ! -type l | head -n 1)
  # Before the system directories were merged, the loader was itself a link to a file with its version.
  [ -n "$loader" ] || loader=$(cd "$tree" && find . -name 'ld-2.*.so' | head -n 1)
  local libraries="$home/lib/$triplet:$home/usr/lib/$triplet:$home/usr/lib/$triplet/pulseaudio"
  mkdir -p "$tree/bin"
  for program in "$tree"/usr/bin/qemu-{system-x86_64,storage-daemon,img,io,nbd}; do
    name=${program##*/} firmware=
    case $name in qemu-system-*) firmware=" -L '$home/usr/share/qemu' -L '$home/usr/share/seabios'" ;; esac
    cat > "$tree/bin/$name" <<WRAPPER
#!/bin/sh
unset LD_PRELOAD LD_LIBRARY_PATH
export QEMU_MODULE_DIR='$home/usr/lib/$triplet/qemu'
exec '$home/$loader' --inhibit-cache --library-path '$libraries' '$home/usr/bin/$name'$firmware "\$@"
WRAPPER
    chmod +x "$tree/bin/$name"
  done
}

works() {
  local bin=$1 name
  for name in qemu-storage-daemon qemu-img qemu-io; do "$bin/$name" --version || return 1; done
  echo quit | timeout 20 "$bin/qemu-system-x86_64" -S -nodefaults -display none -machine pc,accel=tcg -monitor stdio
} > /dev/null

private_copy() (
  suite=$1
  [[ $suite =~ ^[a-z][a-z-]*$ ]] || give_up "\`$suite\` is no Debian suite"
  root=${XDG_CACHE_HOME:-$HOME/.cache}/qblk/qemu
  mkdir -p "$root" && root=$(cd "$root" && pwd -P)
  case $root in *[\':]*) give_up "the folder's name may not hold ' or a colon: $root" ;; esac
  exec 9> "$root/.$suite.lock"
  flock -n 9 || { say "waiting for another qemu.sh to finish $suite" && flock 9; }
  home=$root/$suite
  if [ ! -e "$home/version" ]; then
    uri=$(archive) || give_up 'the apt of this machine knows no Debian archive'
    say "unpacking the QEMU of Debian $suite into $home (about 100 MB to fetch)"
    work=$(mktemp -d "$root/.$suite.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    mkdir -p "$work/tree"
    write_apt_settings "$work" "$suite" "$uri"
    fetch "$work" "$work/tree" || { cat "$work/words" >&2 && give_up "the packages of Debian $suite could not be fetched"; }
    write_wrappers "$work/tree" "$home"
    rm -rf "$home" && mv "$work/tree" "$home"
    works "$home/bin" || give_up "the QEMU of Debian $suite does not run on this machine"
    mv "$work/version" "$home/version"
  fi
  say "QEMU $(cat "$home/version") is in $home/bin"
  echo "$home/bin"
)

private_copies() {
  [ "$(uname -sm)" = 'Linux x86_64' ] || give_up "private copies are for Linux on x86_64, and this is $(uname -sm)"
  local program
  for program in apt-get apt-cache dpkg-deb flock; do
    command -v $program > /dev/null || give_up "a private copy is made with $program, which this system does not have"
  done
  [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || give_up 'a private copy is made on Debian, and this system lacks its archive key'
  [ $# -gt 0 ] || set -- "$(own_suite)"
  [ -n "$1" ] || give_up 'this system does not say which Debian suite it is; name one: tools/qemu.sh private bookworm'
  for suite in "$@"; do private_copy "$suite"; done
}

case ${1-} in
  '')
    if on_path; then
      say "QEMU is on PATH: $(qemu-img --version | head -n 1)"
    elif [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
      install_with_apt
    else
      private_copies
    fi
    ;;
  install) install_with_apt ;;
  private) shift && private_copies "$@" ;;
  *)
    sed -n '2,/^set /s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
