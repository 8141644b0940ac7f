// Who is in front of the camera in the screenshots: drawn, so that nobody's likeness is needed.

import { type FakeMedia, WIDTH, HEIGHT } from '../harness/fake-media.ts';

type Rgb = [number, number, number];

interface Person {
  wall: [top: Rgb, bottom: Rgb];
  skin: Rgb;
  hair: Rgb;
  clothes: Rgb;
}

const PRACTITIONER: Person = {
  wall: [[214, 226, 224], [170, 190, 188]],
  skin: [141, 91, 63],
  hair: [38, 28, 26],
  clothes: [246, 248, 248],
};
const CLIENT: Person = {
  wall: [[236, 222, 200], [206, 184, 154]],
  skin: [226, 182, 152],
  hair: [168, 120, 66],
  clothes: [62, 92, 128],
};

export const PRACTITIONER_CAMERA: FakeMedia = { colour: 'red', tone: 500, paint: painter(PRACTITIONER) };
export const CLIENT_CAMERA: FakeMedia = { colour: 'blue', tone: 1500, paint: painter(CLIENT) };

/** A shape by its middle and radii, in heights of the picture; its edge is soft by a pixel. */
function ellipse(x: number, y: number, middleX: number, middleY: number, radiusX: number, radiusY: number): number {
  const distance = Math.hypot((x - middleX) / radiusX, (y - middleY) / radiusY);
  return Math.min(1, Math.max(0, (1 - distance) * radiusX * HEIGHT + 0.5));
}

function painter(person: Person): (column: number, row: number) => Rgb {
  return (column, row) => {
    const [x, y] = [(column - WIDTH / 2) / HEIGHT, row / HEIGHT];
    let colour = mix(person.wall[0], person.wall[1], y);
    const cover = (other: Rgb, share: number) => (colour = mix(colour, other, share));
    cover(shade(person.hair, 0.92), ellipse(x, y, 0, 0.4, 0.19, 0.25));
    cover(person.clothes, ellipse(x, y, 0, 1.12, 0.42, 0.42));
    cover(shade(person.skin, 0.86), ellipse(x, y, 0, 0.68, 0.075, 0.14));
    cover(person.skin, ellipse(x, y, 0, 0.45, 0.145, 0.2));
    cover(person.hair, ellipse(x, y, 0, 0.3, 0.17, 0.11) * (y < 0.36 ? 1 : 0));
    for (const side of [-1, 1]) cover([34, 26, 24], ellipse(x, y, side * 0.052, 0.45, 0.012, 0.015));
    cover(shade(person.skin, 0.62), ellipse(x, y, 0, 0.555, 0.045, 0.012));
    return colour;
  };
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return from.map((value, at) => value + ((to[at] ?? value) - value) * share) as Rgb;
}

function shade(colour: Rgb, factor: number): Rgb {
  return colour.map((value) => value * factor) as Rgb;
}
