import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** A browser of this machine's PATH; undefined where there is none, and that is said aloud. */
export function findBrowser(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const found = NAMES.flatMap(name => folders.map(folder => join(folder, name))).find(isProgram);
  if (!found) {
    console.warn(
      '\nSKIPPED: NO BROWSER ON THIS MACHINE, so nobody looked at the HTML report. Run tools/browser.sh.\n',
    );
  }
  return found;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A page in a browser of our own. */
export interface Page {
  /** Opens an address and waits until it is loaded. */
  open(address: string): Promise<void>;
  /** Shows it this wide from now on, on a screen in that colour scheme. */
  show(width: number, scheme: 'light' | 'dark'): Promise<void>;
  /** What a JavaScript expression is there, as JSON. */
  evaluate<T>(expression: string): Promise<T>;
  /** What the browser complained of: errors and warnings on its console, exceptions, refused content. */
  readonly complaints: readonly string[];
  /** The addresses that it asked for. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: any;
  readonly result?: any;
  readonly error?: { readonly message: string };
}

/** Starts a browser without a screen that talks to us through pipes: file descriptors 3 and 4, a NUL after each message. */
export async function openPage(program: string): Promise<Page> {
  const folder = mkdtempSync(join(tmpdir(), 'qblk-browser-'));
  const browser = spawn(
    program,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      `--user-data-dir=${folder}`,
      '--remote-debugging-pipe',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true },
  );
  const wire = openWire(browser);
  const complaints: string[] = [];
  const requests: string[] = [];
  wire.listen(({ method, params }) => {
    if (method === 'Runtime.exceptionThrown') complaints.push(params.exceptionDetails.text);
    if (method === 'Log.entryAdded') complaints.push(params.entry.text);
    if (method === 'Runtime.consoleAPICalled') complaints.push(`console.${params.type}`);
    if (method === 'Network.requestWillBeSent') requests.push(params.request.url);
  });
  const { targetId } = await wire.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await wire.send('Target.attachToTarget', { targetId, flatten: true });
  const send = (method: string, params: object = {}) => wire.send(method, params, sessionId);
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  return {
    complaints,
    requests,
    async open(address) {
      const loaded = new Promise<void>(resolve => {
        const stop = wire.listen(({ method }) => {
          if (method !== 'Page.loadEventFired') return;
          stop();
          resolve();
        });
      });
      const { errorText } = await send('Page.navigate', { url: address });
      if (errorText) throw new Error(`${address}: ${errorText}`);
      await loaded;
    },
    async show(width, scheme) {
      await send('Emulation.setDeviceMetricsOverride', {
        width,
        height: 900,
        deviceScaleFactor: 1,
        mobile: false,
      });
      await send('Emulation.setEmulatedMedia', {
        features: [{ name: 'prefers-color-scheme', value: scheme }],
      });
    },
    async evaluate(expression) {
      const { result, exceptionDetails } = await send('Runtime.evaluate', {
        expression,
        returnByValue: true,
      });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
    async close() {
      await wire.end();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

function openWire(browser: ChildProcess) {
  const input = browser.stdio[3] as Writable;
  const output = browser.stdio[4] as Readable;
  const waiting = new Map<number, { resolve(result: any): void; reject(error: Error): void }>();
  const listeners = new Set<(message: Message) => void>();
  let next = 1;
  let rest = '';
  const exited = new Promise<void>(resolve => browser.once('exit', () => resolve()));
  const gone = () => {
    for (const { reject } of waiting.values()) reject(new Error('the browser went away'));
    waiting.clear();
  };
  browser.once('exit', gone);
  browser.once('error', gone);
  input.on('error', () => {});
  output.setEncoding('utf8');
  output.on('data', (text: string) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop() ?? '';
    for (const each of messages) receive(JSON.parse(each));
  });
  function receive(message: Message) {
    const asked = waiting.get(message.id ?? 0);
    waiting.delete(message.id ?? 0);
    if (message.error) asked?.reject(new Error(message.error.message));
    else asked?.resolve(message.result);
    for (const listener of [...listeners]) listener(message);
  }
  return {
    listen(listener: (message: Message) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send(method: string, params: object = {}, sessionId?: string): Promise<any> {
      const id = next++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        input.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
      });
    },
    /** The whole group of its processes ends. */
    async end() {
      const ended = browser.exitCode !== null || browser.signalCode !== null;
      if (!ended && browser.pid !== undefined) {
        process.kill(-browser.pid, 'SIGKILL');
        await exited;
      }
    },
  };
}
