import type { Piece } from "../json-lines/line-writer.js";

/** Output that waits for one write. Texts become one text; bytes stay apart, because other messages share them. */
export class GatheredOutput {
  /** Characters and bytes that wait. */
  size = 0;
  private pieces: Piece[] = [];
  /** The texts after the last of the pieces. */
  private text = "";

  /** @throws {RangeError} if the text does not fit into a string; nothing is added then */
  add(piece: Piece): void {
    if (typeof piece === "string") this.text += piece;
    else {
      this.endText();
      this.pieces.push(piece);
    }
    this.size += piece.length;
  }

  /** Returns everything that waits, in order. */
  take(): readonly Piece[] {
    this.endText();
    const { pieces } = this;
    this.pieces = [];
    this.size = 0;
    return pieces;
  }

  private endText(): void {
    if (this.text !== "") this.pieces.push(this.text);
    this.text = "";
  }
}
