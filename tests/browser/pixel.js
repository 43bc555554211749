/**
 * The colour of a picture at (x, y), in parts of it, as painted before any
 * scaling: on the picture's own canvas, or on the mosaic that lies under it.
 */
(picture, [x, y]) => {
  const { left, top, width, height } = picture.getBoundingClientRect();
  const [pageX, pageY] = [left + x * width, top + y * height];
  const holds = (canvas) => {
    const box = canvas.getBoundingClientRect();
    return box.left <= pageX && pageX < box.right
      && box.top <= pageY && pageY < box.bottom;
  };
  const own = picture.querySelector('kv-tile canvas');
  const canvas = own ?? [...document.querySelectorAll('kv-mosaic canvas')].find(holds);
  const box = canvas.getBoundingClientRect();
  const density = canvas.width / box.width;
  const at = [pageX - box.left, pageY - box.top].map((v) => Math.floor(v * density));
  return [...canvas.getContext('2d').getImageData(...at, 1, 1).data];
};
