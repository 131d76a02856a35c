import type { Piece } from "../json-lines/line-writer.js";

/** Output that waits for one write. Texts become one text; bytes stay apart, because other messages share them. */
export class GatheredOutput {
  private pieces: Piece[] = [];
  private text = "";
  private inPieces = 0;

  /** Characters and bytes that wait. */
  get size(): number {
    return this.inPieces + this.text.length;
  }

  /** @throws {RangeError} if the text does not fit into a string; nothing is added then */
  add(piece: Piece): void {
    if (typeof piece === "string") {
      this.text += piece;
      return;
    }
    this.endText();
    this.push(piece);
  }

  /** Returns everything that waits, in order. */
  take(): readonly Piece[] {
    this.endText();
    const { pieces } = this;
    this.pieces = [];
    this.inPieces = 0;
    return pieces;
  }

  private endText(): void {
    if (this.text === "") return;
    this.push(this.text);
    this.text = "";
  }

  private push(piece: Piece): void {
    this.pieces.push(piece);
    this.inPieces += piece.length;
  }
}
