/** What a page does under a test of its speed; each answers with numbers. */
(() => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const seen = (node) => {
    const box = node.getBoundingClientRect();
    return box.right > 250 && box.left < innerWidth && box.bottom > 130 && box.top < innerHeight;
  };
  const isDrawn = () =>
    document.querySelector('kv-mosaic canvas') &&
    [...document.querySelectorAll('.cell .picture')].some(
      (node) => seen(node) && !/loading|missing/.test(node.className),
    );
  const isBlank = () =>
    [...document.querySelectorAll('.cell .picture.loading')].some(seen) ||
    ![...document.querySelectorAll('.cell')].some(seen);

  window.measures = {
    /** Milliseconds from the beginning of the page to its first picture. */
    async firstPicture() {
      while (!isDrawn()) await frame();
      return performance.now();
    },
    async firstFinding() {
      while (!document.querySelector('.finding')) await frame();
      return performance.now();
    },
    /** Moves one capture per frame; how many frames showed theirs, per second. */
    async scrub(key, seconds) {
      const begun = performance.now();
      let numShown = 0;
      let numFrames = 0;
      let step = null;
      while (performance.now() - begun < 1000 * seconds) {
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
        await frame(); // the page draws before this answers; the next waits for the screen
        numFrames += 1;
        const now = document.querySelector('input.step').value;
        const cells = [...document.querySelectorAll('.cell[aria-current] .picture')];
        const isThere = cells.length > 0 && !cells.some((each) => each.matches('.loading'));
        if (isThere && now !== step) numShown += 1;
        step = now;
      }
      const lasted = (performance.now() - begun) / 1000;
      return { shown: numShown / lasted, frames: numFrames / lasted };
    },
    /** Scrolls along all captures; the longest time with a blank tile in sight. */
    async scroll(pixelsPerFrame, seconds) {
      const scroller = document.querySelector('kv-scroller');
      scroller.scrollLeft = 0;
      while (isBlank()) await frame();
      await new Promise((resolve) => setTimeout(resolve, 500));
      const begun = performance.now();
      let blankSince = null;
      let longest = 0;
      let blank = 0;
      let last = begun;
      let numFrames = 0;
      while (performance.now() - begun < 1000 * seconds) {
        scroller.scrollLeft += pixelsPerFrame;
        await frame();
        const now = performance.now();
        numFrames += 1;
        if (isBlank()) {
          blankSince ??= last;
          longest = Math.max(longest, now - blankSince);
          blank += now - last;
        } else blankSince = null;
        last = now;
      }
      return { longest, share: blank / (last - begun), frames: numFrames / seconds };
    },
    /** Jumps to places far apart, never seen; milliseconds until none is blank, each. */
    async jump(times) {
      const scroller = document.querySelector('kv-scroller');
      const taken = [];
      for (let i = 0; i < times; i += 1) {
        scroller.scrollLeft = (scroller.scrollWidth * (i + 0.5)) / times;
        const begun = performance.now();
        do await frame();
        while (isBlank());
        taken.push(performance.now() - begun);
        await new Promise((resolve) => setTimeout(resolve, 400));
      }
      return taken.sort((a, b) => a - b);
    },
  };
})();
