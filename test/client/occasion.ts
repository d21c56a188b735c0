// What a test waits for: something that happens elsewhere, once, such as a request that has arrived.

export interface Occasion {
  readonly tell: () => void;
  readonly told: Promise<void>;
}

export function occasion(): Occasion {
  let tell = () => {};
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  return { tell, told };
}
