// Focus is never lost: when what had it leaves the screen or is switched off, the nearest place around it that can have
// the focus gets it, so that Tab goes on from there and not from the top of the window.

const PLACES = '[tabindex], button:enabled, a[href], input:enabled, select:enabled, textarea:enabled';

/** Watches `root` until the returned function is called. */
export function keepFocus(root: HTMLElement): () => void {
  /** What had the focus last, and everything around it, from the inside out. */
  let last: HTMLElement | null = null;
  let around: HTMLElement[] = [];

  const remember = (event: FocusEvent): void => {
    if (!(event.target instanceof HTMLElement) || !root.contains(event.target)) return void (last = null);
    last = event.target;
    around = [];
    for (let one = last.parentElement; one && root.contains(one); one = one.parentElement) around.push(one);
  };

  const rescue = (): void => {
    if (!last || (document.activeElement !== document.body && document.activeElement !== last)) return;
    if (root.contains(last) && !last.matches(':disabled')) return;
    last = null;
    const place = around.find((one) => one.isConnected && one.matches(PLACES)) ?? root;
    place.focus({ preventScroll: true });
  };

  const observer = new MutationObserver(rescue);
  observer.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled'] });
  document.addEventListener('focusin', remember);
  return () => {
    observer.disconnect();
    document.removeEventListener('focusin', remember);
  };
}
