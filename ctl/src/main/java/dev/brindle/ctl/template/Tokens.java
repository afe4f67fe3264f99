// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.template;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The words of one action, one after the other.
final class Tokens {

  private static final Pattern WORD =
      Pattern.compile(
          "\\s*(?:(?<field>\\.[A-Za-z_]\\w*)|(?<number>-?\\d+(?:\\.\\d+)?)|(?<dot>\\.)"
              + "|(?<variable>\\$\\w*)|(?<string>\"(?:[^\"\\\\]|\\\\.)*\")|(?<raw>`[^`]*`)"
              + "|(?<word>[A-Za-z_]\\w*)|(?<sign>:=|[|(),=]))");

  private final String action;
  private final List<Token> tokens = new ArrayList<>();
  private int next;

  /// @throws TemplateException if there is anything else
  Tokens(String action) {
    this.action = action;
    Matcher matcher = WORD.matcher(action);
    int end = 0;
    while (matcher.find(end) && matcher.start() == end) {
      tokens.add(token(matcher));
      end = matcher.end();
    }
    if (!action.substring(end).isBlank()) {
      throw fault("unexpected '%s'".formatted(action.substring(end).strip()));
    }
  }

  private static Token token(Matcher found) {
    if (found.group("field") != null) {
      return new Token(Token.Kind.FIELD, found.group("field").substring(1));
    }
    if (found.group("dot") != null) {
      return new Token(Token.Kind.DOT, ".");
    }
    if (found.group("variable") != null) {
      return new Token(Token.Kind.VARIABLE, found.group("variable"));
    }
    if (found.group("string") != null) {
      String quoted = found.group("string");
      return new Token(
          Token.Kind.STRING, quoted.substring(1, quoted.length() - 1).translateEscapes());
    }
    if (found.group("raw") != null) {
      String quoted = found.group("raw");
      return new Token(Token.Kind.STRING, quoted.substring(1, quoted.length() - 1));
    }
    if (found.group("number") != null) {
      return new Token(Token.Kind.NUMBER, found.group("number"));
    }
    return found.group("word") != null
        ? new Token(Token.Kind.WORD, found.group("word"))
        : new Token(Token.Kind.SIGN, found.group("sign"));
  }

  Token peek() {
    return peek(0);
  }

  Token peek(int further) {
    int index = next + further;
    return index < tokens.size() ? tokens.get(index) : new Token(Token.Kind.END, "");
  }

  Token take() {
    Token taken = peek();
    next++;
    return taken;
  }

  boolean takeIf(String sign) {
    boolean isIt = peek().is(sign);
    next += isIt ? 1 : 0;
    return isIt;
  }

  void requireEnd() {
    if (peek().kind() != Token.Kind.END) {
      throw fault("unexpected '%s'".formatted(peek().text()));
    }
  }

  TemplateException fault(String reason) {
    return new TemplateException("template: {{%s}}: %s".formatted(action.strip(), reason));
  }
}
