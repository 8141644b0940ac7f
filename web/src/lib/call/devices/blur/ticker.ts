// Tells when a frame is due. A page that is not in front has its own timers slowed down, but not those of its workers.

const FRAMES_PER_SECOND = 30;

setInterval(
  () => postMessage(performance.timeOrigin + performance.now()),
  1000 / FRAMES_PER_SECOND,
);
