/** Something that whoever runs the command can put right: what is wrong, and what to do about it. Shown without a stack. */
export class Trouble extends Error {
  readonly cure: string;

  constructor(cause: string, cure: string) {
    super(cause);
    this.name = 'Trouble';
    this.cure = cure;
  }
}
