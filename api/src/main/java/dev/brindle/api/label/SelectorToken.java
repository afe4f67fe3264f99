// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

/// One word of a selector.
///
/// @param text the label or the string's content; empty for kinds that say all themselves
/// @param position of its first character, from 0
record SelectorToken(Kind kind, String text, int position) {

  /// What it is, with how an error message calls it.
  enum Kind {
    LABEL("a label"),
    STRING("a quoted string"),
    OPEN("'('"),
    CLOSE("')'"),
    OPEN_SET("'{'"),
    CLOSE_SET("'}'"),
    COMMA("','"),
    EQUAL("'=='"),
    NOT_EQUAL("'!='"),
    NOT("'!'"),
    AND("'&&'"),
    OR("'||'"),
    HAS("has(label)"),
    ALL("all()"),
    GLOBAL("global()"),
    IN("'in'"),
    NOT_IN("'not in'"),
    CONTAINS("'contains'"),
    STARTS_WITH("'starts with'"),
    ENDS_WITH("'ends with'"),
    END("the end");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /// For an error message: `label 'app'`, `'&&'`, `the end`.
  String described() {
    return switch (kind) {
      case LABEL -> "label '%s'".formatted(text);
      case STRING -> "a quoted string";
      case HAS -> "has(%s)".formatted(text);
      case OPEN,
          CLOSE,
          OPEN_SET,
          CLOSE_SET,
          COMMA,
          EQUAL,
          NOT_EQUAL,
          NOT,
          AND,
          OR,
          ALL,
          GLOBAL,
          IN,
          NOT_IN,
          CONTAINS,
          STARTS_WITH,
          ENDS_WITH,
          END ->
          kind.toString();
    };
  }
}
