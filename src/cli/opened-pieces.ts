// What a server is made of: closed in the reverse of the order in which it was opened.

export class OpenedPieces implements AsyncDisposable {
  readonly #pieces: AsyncDisposable[] = [];

  /** @returns the same piece */
  add<Piece extends AsyncDisposable>(piece: Piece): Piece {
    this.#pieces.push(piece);
    return piece;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const piece of this.#pieces.toReversed()) {
      await piece[Symbol.asyncDispose]();
    }
  }
}
