#!/usr/bin/env bash
# Gives a machine of CI an OpenSSH server, which the tests of ssh start as a process of their own: with apt-get, as root.
set -euo pipefail

[ ! -x /usr/sbin/sshd ] || exit 0
[ "$(id -u)" = 0 ] && command -v apt-get > /dev/null || exit 1
quietly=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
# No service is to start: the tests have keys and ports of their own.
[ -e /usr/sbin/policy-rc.d ] || { printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d && trap 'rm /usr/sbin/policy-rc.d' EXIT; }
"${quietly[@]}" install -y --no-install-recommends openssh-server openssh-client > /dev/null 2>&1 \
  || { "${quietly[@]}" update && "${quietly[@]}" install -y --no-install-recommends openssh-server openssh-client > /dev/null; }
