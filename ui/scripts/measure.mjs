// What a key costs in Chromium with 10,000 items: `npm run measure`, and within `cargo xtask bench`. Prints one line of
// JSON; all times in milliseconds. The time until the next card is painted is the clock's. The other figures are processor
// time of the page's main thread alone, without the threads and the process that paint, from the browser's own counters:
// all of its work, and within that the script, the styles and the layout.
import { WIDE, build, launch, serve } from './browser.mjs';

/** Keys pressed before anything is counted, so that the script is compiled as in a window in use. */
const WARM_UP = 50;
const KEYS = 100;

/** Presses J as often as asked, each time once the next card is painted; gives the times in ascending order. */
async function pressKeys(keys) {
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const times = [];
  for (let n = 0; n < keys; n++) {
    const title = document.querySelector('h1').textContent;
    const begin = performance.now();
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', code: 'KeyJ', bubbles: true, cancelable: true }));
    do await painted();
    while (document.querySelector('h1').textContent === title);
    times.push(performance.now() - begin);
  }
  return times.sort((a, b) => a - b);
}

build('browser');
const { base, close } = await serve();
const browser = await launch();
const page = await (await browser.newContext({ viewport: WIDE })).newPage();
await page.goto(`${base}/?items=10000`);
await page.waitForSelector('.mail');
await page.evaluate(pressKeys, WARM_UP);
await page.waitForTimeout(1_000);
const session = await page.context().newCDPSession(page);
await session.send('Performance.enable', { timeDomain: 'threadTicks' });
const counters = async () => Object.fromEntries((await session.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value * 1_000]));
const before = await counters();
const times = await page.evaluate(pressKeys, KEYS);
const after = await counters();
const perKey = (name) => (after[name] - before[name]) / KEYS;
const rows = await page.locator('[role=option]').count();
await browser.close();
close();
console.log(JSON.stringify({ p50: times[KEYS * 0.5], p95: times[KEYS * 0.95], main: perKey('TaskDuration'), script: perKey('ScriptDuration'), styles: perKey('RecalcStyleDuration'), layout: perKey('LayoutDuration'), rows }));
