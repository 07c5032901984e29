/** What is wrong with a JSON text, and where: an offset in UTF-16 units, from 0. The detail never repeats the text. */
export interface JsonFault {
  readonly kind: 'not_json' | 'too_many_values';
  readonly position: number;
  readonly detail: string;
}

/**
 * How many values a text may have: scalars, arrays, objects, with those that stand in others. Each costs time in every check that
 * follows, and five megabytes of the smallest would keep the process from all else for a second.
 */
export const MAX_JSON_VALUES = 20_000;

/** How deep arrays and objects may be nested; a scalar alone is at depth 0. */
export const MAX_JSON_DEPTH = 64;

const END = -1;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const UNICODE_ESCAPE = 0x75;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const SIMPLE_ESCAPES = new Set(Array.from('"\\/bfnrt', (character) => character.charCodeAt(0)));
const LITERALS = ['true', 'false', 'null'];
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const NO_DIGIT = 255;
/** The value of a hexadecimal digit, by its character code. */
const HEX_DIGITS = new Uint8Array(128).fill(NO_DIGIT);
for (const digit of '0123456789abcdefABCDEF') HEX_DIGITS[digit.charCodeAt(0)] = Number.parseInt(digit, 16);

/** Compiled code that is several times as fast as a loop; its start costs more than a short string's whole scan. */
const PLAIN = new RegExp(String.raw`[^"\\\u0000-\u001f]*`, 'y');
const LONG_STRING = 64;

/** Numbers this short cannot be past 2^53, unless they have an exponent. */
const SHORT_NUMBER = 15;

/**
 * Whether a text is one JSON value (RFC 8259) that means the same to every reader. Refused beyond the grammar: U+0000 and lone
 * surrogates, in whatever spelling (PostgreSQL's `jsonb` takes neither), an object with two members of one name, a number past
 * 2^53, more than 64 levels, and more than 20 000 values.
 *
 * One pass, without recursion: what `JSON.parse` hides or chokes on is found here, so that it may be called afterwards.
 */
export function scanJson(text: string): JsonFault | null {
  return new Scanner(text).scan();
}

class Scanner {
  private position = 0;
  private depth = 0;
  private values = 0;
  private fault: JsonFault | null = null;
  /** What closes each open array or object, outermost first. */
  private readonly closers = new Uint8Array(MAX_JSON_DEPTH);
  /** The names seen in the open object of each depth; a set is kept for the next object of its depth. */
  private readonly names: Set<string>[] = [];
  private lastStringHasEscapes = false;

  constructor(private readonly text: string) {}

  scan(): JsonFault | null {
    // Each turn reads one scalar and what closes after it, or opens a container.
    while (this.value() && this.depth > 0);
    if (this.fault === null && this.skipSpace() !== END) this.fail('something follows the value');
    return this.fault;
  }

  private value(): boolean {
    const code = this.skipSpace();
    if (++this.values > MAX_JSON_VALUES) return this.failAs('too_many_values', `must not have more than ${MAX_JSON_VALUES} values`);
    if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      if (!this.open(code)) return false;
      if (this.skipSpace() !== this.closers[this.depth - 1]) return code === OPEN_ARRAY || this.name();
    } else if (!this.scalar(code)) {
      return false;
    }
    return this.afterValue();
  }

  private open(code: number): boolean {
    if (this.depth === MAX_JSON_DEPTH) return this.fail(`more than ${MAX_JSON_DEPTH} levels`);
    this.position++;
    if (code === OPEN_OBJECT) this.names[this.depth]?.clear();
    this.closers[this.depth++] = code === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY;
    return true;
  }

  /** Closes what ends here; then the text has ended, or the next value begins. */
  private afterValue(): boolean {
    while (this.depth > 0) {
      const code = this.skipSpace();
      const closer = this.closers[this.depth - 1];
      if (code !== closer && code !== COMMA) return this.fail(`expected a comma or ${closer === CLOSE_OBJECT ? '}' : ']'}`);
      this.position++;
      if (code === COMMA) return closer === CLOSE_ARRAY || this.name();
      this.depth--;
    }
    return true;
  }

  private name(): boolean {
    if (this.skipSpace() !== QUOTE) return this.fail('expected a property name in double quotes');
    const start = this.position;
    if (!this.string()) return false;
    const quoted = this.text.slice(start, this.position);
    const name = this.lastStringHasEscapes ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
    const names = (this.names[this.depth - 1] ??= new Set());
    if (names.has(name)) return this.fail('a property name is given twice', start);
    names.add(name);
    if (this.skipSpace() !== COLON) return this.fail('expected a colon');
    this.position++;
    return true;
  }

  private scalar(code: number): boolean {
    if (code === QUOTE) return this.string();
    if (code === MINUS || (code >= DIGIT_0 && code <= DIGIT_9)) return this.number();
    const literal = LITERALS.find((word) => this.text.startsWith(word, this.position));
    if (literal === undefined) return this.fail(code === END ? 'the text ends where a value is expected' : 'expected a value');
    this.position += literal.length;
    return true;
  }

  private string(): boolean {
    const { text } = this;
    const { length } = text;
    this.lastStringHasEscapes = false;
    let index = this.position + 1;
    const long = index + LONG_STRING;
    while (index < length) {
      if (index > long) {
        PLAIN.lastIndex = index;
        PLAIN.test(text);
        index = PLAIN.lastIndex;
      }
      const code = text.charCodeAt(index);
      if (code === QUOTE) {
        this.position = index + 1;
        return true;
      }
      if (code === BACKSLASH) {
        const escapeLength = this.escape(index);
        if (escapeLength === 0) return false;
        this.lastStringHasEscapes = true;
        index += escapeLength;
      } else if (code < SPACE) {
        return this.fail('a control character stands in a string', index);
      } else {
        index++;
      }
    }
    return this.fail('the text ends in a string', length);
  }

  /** The length of the escape at `index`, both halves of a surrogate pair together; 0 for a fault. */
  private escape(index: number): number {
    const code = this.text.charCodeAt(index + 1);
    if (SIMPLE_ESCAPES.has(code)) return 2;
    const unit = code === UNICODE_ESCAPE ? this.hexadecimal(index + 2) : null;
    let detail = 'an escape in a string is not valid';
    if (unit === 0) detail = 'U+0000 is not allowed';
    else if (unit !== null && (unit < 0xd800 || unit > 0xdfff)) return 6;
    else if (unit !== null) {
      const low = unit < 0xdc00 && this.text.startsWith('\\u', index + 6) ? this.hexadecimal(index + 8) : null;
      if (low !== null && low >= 0xdc00 && low <= 0xdfff) return 12;
      detail = 'a surrogate stands alone';
    }
    this.fail(detail, index);
    return 0;
  }

  private hexadecimal(index: number): number | null {
    let unit = 0;
    for (let at = index; at < index + 4; at++) {
      const digit = HEX_DIGITS[this.text.charCodeAt(at)] ?? NO_DIGIT;
      if (digit === NO_DIGIT) return null;
      unit = unit * 16 + digit;
    }
    return unit;
  }

  private number(): boolean {
    const start = this.position;
    NUMBER.lastIndex = start;
    if (!NUMBER.test(this.text)) return this.fail('a number is not valid');
    this.position = NUMBER.lastIndex;
    const digits = this.text.slice(start, this.position);
    return isExactlyBounded(digits) || this.fail('a number is past 2^53', start);
  }

  private skipSpace(): number {
    const { text } = this;
    while (this.position < text.length) {
      const code = text.charCodeAt(this.position);
      if (code !== SPACE && code !== LINE_FEED && code !== CARRIAGE_RETURN && code !== TAB) return code;
      this.position++;
    }
    return END;
  }

  private fail(detail: string, position?: number): false {
    return this.failAs('not_json', detail, position);
  }

  private failAs(kind: JsonFault['kind'], detail: string, position = this.position): false {
    this.fault = { kind, position, detail };
    return false;
  }
}

function isExactlyBounded(digits: string): boolean {
  if (digits.length <= SHORT_NUMBER && !/[eE]/.test(digits)) return true;
  // 2^53 + 1 is read as 2^53: only its plain spelling is known to mean it.
  return Math.abs(Number(digits)) < 2 ** 53 || /^-?9007199254740992$/.test(digits);
}
