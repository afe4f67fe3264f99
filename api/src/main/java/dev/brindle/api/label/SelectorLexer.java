// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

import dev.brindle.api.label.SelectorToken.Kind;
import java.util.ArrayList;
import java.util.List;

/// Cuts a selector into words. Blanks are space and tab only. Which words there can be depends on
/// the one before: directly after a label only operators are known, everywhere else only labels.
final class SelectorLexer {

  private static final int MAX_LABEL = 512;
  private static final String HAS = "has(";
  private static final String ALL = "all(";
  private static final String GLOBAL = "global(";

  private final String text;
  private final List<SelectorToken> tokens = new ArrayList<>();
  private int at;
  private boolean afterLabel;

  private SelectorLexer(String text) {
    this.text = text;
  }

  /// @return at least one word, the last of them the end
  static List<SelectorToken> tokens(String text) {
    var lexer = new SelectorLexer(text);
    lexer.skipBlanks();
    while (lexer.at < text.length()) {
      lexer.next();
      lexer.skipBlanks();
    }
    lexer.add(Kind.END, "", text.length());
    return lexer.tokens;
  }

  private void next() {
    int start = at;
    switch (text.charAt(at)) {
      case '(' -> sign(Kind.OPEN, 1);
      case ')' -> sign(Kind.CLOSE, 1);
      case '{' -> sign(Kind.OPEN_SET, 1);
      case '}' -> sign(Kind.CLOSE_SET, 1);
      case ',' -> sign(Kind.COMMA, 1);
      case '"', '\'' -> string();
      case '!' -> {
        boolean isUnequal = text.startsWith("!=", at);
        sign(isUnequal ? Kind.NOT_EQUAL : Kind.NOT, isUnequal ? 2 : 1);
      }
      case '=' -> doubled("==", Kind.EQUAL);
      case '&' -> doubled("&&", Kind.AND);
      case '|' -> doubled("||", Kind.OR);
      default -> {
        if (afterLabel) {
          wordOperator(start);
        } else {
          termOrLabel(start);
        }
      }
    }
  }

  private void sign(Kind kind, int length) {
    add(kind, "", at);
    at += length;
  }

  private void doubled(String sign, Kind kind) {
    if (!text.startsWith(sign, at)) {
      throw SelectorErrors.expected("'" + sign + "'", SelectorErrors.found(text, at), at, text);
    }
    sign(kind, sign.length());
  }

  private void string() {
    int end = text.indexOf(text.charAt(at), at + 1);
    if (end < 0) {
      throw SelectorErrors.expected(
          "a closing " + text.charAt(at) + " for the string", "the end", at, text);
    }
    add(Kind.STRING, text.substring(at + 1, end), at);
    at = end + 1;
  }

  private void termOrLabel(int start) {
    if (text.startsWith(HAS, at)) {
      at += HAS.length();
      skipBlanks();
      String label = label();
      close("has(" + label);
      add(Kind.HAS, label, start);
    } else if (text.startsWith(ALL, at)) {
      at += ALL.length();
      close(ALL);
      add(Kind.ALL, "", start);
    } else if (text.startsWith(GLOBAL, at)) {
      at += GLOBAL.length();
      close(GLOBAL);
      add(Kind.GLOBAL, "", start);
    } else {
      add(Kind.LABEL, label(), start);
    }
  }

  private void close(String opened) {
    skipBlanks();
    if (at == text.length() || text.charAt(at) != ')') {
      throw SelectorErrors.expected(
          "')' after '" + opened + "'", SelectorErrors.found(text, at), at, text);
    }
    at++;
  }

  private String label() {
    int start = at;
    while (at < text.length() && isLabelCharacter(text.charAt(at))) {
      at++;
    }
    if (at == start) {
      throw SelectorErrors.expected("a label", SelectorErrors.found(text, at), at, text);
    }
    if (at - start > MAX_LABEL) {
      throw SelectorErrors.expected(
          "a label of at most " + MAX_LABEL + " characters", "one of " + (at - start), start, text);
    }
    return text.substring(start, at);
  }

  private void wordOperator(int start) {
    boolean found =
        word(start, Kind.CONTAINS, "contains")
            || word(start, Kind.STARTS_WITH, "starts", "with")
            || word(start, Kind.ENDS_WITH, "ends", "with")
            || word(start, Kind.NOT_IN, "not", "in")
            || word(start, Kind.IN, "in");
    if (!found) {
      throw SelectorErrors.expectedOperator(SelectorErrors.found(text, start), start, text);
    }
  }

  /// Takes the words if they are next. Blanks between them may be missing: `notin`.
  private boolean word(int start, Kind kind, String... words) {
    for (String word : words) {
      skipBlanks();
      if (!text.startsWith(word, at)) {
        at = start;
        return false;
      }
      at += word.length();
    }
    if (at < text.length() && isWordCharacter(text.charAt(at))) {
      at = start;
      return false;
    }
    add(kind, "", start);
    return true;
  }

  private void add(Kind kind, String content, int position) {
    tokens.add(new SelectorToken(kind, content, position));
    afterLabel = kind == Kind.LABEL;
  }

  private void skipBlanks() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  private static boolean isWordCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  private static boolean isLabelCharacter(char c) {
    return isWordCharacter(c) || c == '.' || c == '/' || c == '-';
  }
}
