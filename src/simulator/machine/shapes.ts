/** What many things have in common (such as the names of their attributes), kept once and known by a number. */
export interface Shapes<Thing, Shape> {
  numberOf(thing: Thing): number;
  get(n: number): Shape;
}

export function createShapes<Thing, Shape>(
  fits: (thing: Thing, shape: Shape) => boolean,
  shapeOf: (thing: Thing) => Shape,
): Shapes<Thing, Shape> {
  const shapes: Shape[] = [];
  return {
    numberOf(thing) {
      // The latest is the likeliest.
      for (let n = shapes.length - 1; n >= 0; n -= 1) if (fits(thing, shapes[n] as Shape)) return n;
      return shapes.push(shapeOf(thing)) - 1;
    },
    get: (n) => shapes[n] as Shape,
  };
}
