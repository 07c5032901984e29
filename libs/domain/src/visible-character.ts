/**
 * For a `u` pattern: one character that can be seen. Letters, marks, digits, punctuation and symbols, but for those of them that nothing is
 * drawn for (Unicode 5.21, default-ignorable: joiners, fillers, variation selectors, tags), that are drawn as a blank (the Khitan filler, the
 * Braille pattern without dots, the musical null notehead), or that stand for what was lost (U+FFFC, U+FFFD). No space, and no control.
 */
export const VISIBLE_CHARACTER = String.raw`(?![\p{Default_Ignorable_Code_Point}\u{16fe4}\u2800\u{1d159}\ufffc\ufffd])[\p{L}\p{M}\p{N}\p{P}\p{S}]`;
