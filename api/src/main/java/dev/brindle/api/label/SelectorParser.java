// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

import dev.brindle.api.label.SelectorToken.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads Calico's selector language. `!` binds tightest, then `&&`, then `||`; brackets group.
///
/// The text and the depth of its brackets are bounded, so that nothing that walks the result can
/// run out of stack.
final class SelectorParser {

  static final int MAX_LENGTH = 65_536;
  static final int MAX_DEPTH = 100;

  private final String text;
  private final List<SelectorToken> tokens;
  private int at;
  private int depth;

  private SelectorParser(String text) {
    this.text = text;
    this.tokens = SelectorLexer.tokens(text);
  }

  static Selector parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw SelectorErrors.expected(
          "at most " + MAX_LENGTH + " characters", "more", MAX_LENGTH, text);
    }
    var parser = new SelectorParser(text);
    if (parser.peek().kind() == Kind.END) {
      return new Selector.All();
    }
    Selector selector = parser.alternatives();
    parser.expect(Kind.END, "'&&', '||' or the end");
    return selector;
  }

  private Selector alternatives() {
    List<Selector> operands = new ArrayList<>();
    do {
      operands.add(conjunction());
    } while (take(Kind.OR));
    return operands.size() == 1 ? operands.getFirst() : new Selector.Or(operands);
  }

  private Selector conjunction() {
    List<Selector> operands = new ArrayList<>();
    do {
      operands.add(negation());
    } while (take(Kind.AND));
    return operands.size() == 1 ? operands.getFirst() : new Selector.And(operands);
  }

  private Selector negation() {
    boolean isNegated = false;
    while (take(Kind.NOT)) {
      isNegated = !isNegated;
    }
    Selector term = term();
    return isNegated ? new Selector.Not(term) : term;
  }

  private Selector term() {
    SelectorToken token = peek();
    at++;
    return switch (token.kind()) {
      case HAS -> new Selector.Has(token.text());
      case ALL -> new Selector.All();
      case GLOBAL -> new Selector.Global();
      case LABEL -> comparison(token.text());
      case OPEN -> group(token);
      case STRING,
          CLOSE,
          OPEN_SET,
          CLOSE_SET,
          COMMA,
          EQUAL,
          NOT_EQUAL,
          NOT,
          AND,
          OR,
          IN,
          NOT_IN,
          CONTAINS,
          STARTS_WITH,
          ENDS_WITH,
          END ->
          throw expected("a label, '!', '(', has(label), all() or global()", token);
    };
  }

  private Selector group(SelectorToken open) {
    if (++depth > MAX_DEPTH) {
      throw expected("brackets at most " + MAX_DEPTH + " deep", open);
    }
    Selector inner = alternatives();
    expect(Kind.CLOSE, "'&&', '||' or ')'");
    depth--;
    return inner;
  }

  private Selector comparison(String label) {
    SelectorToken operator = peek();
    at++;
    return switch (operator.kind()) {
      case EQUAL -> new Selector.Is(label, string("=="));
      case NOT_EQUAL -> new Selector.IsNot(label, string("!="));
      case CONTAINS -> new Selector.Contains(label, string("contains"));
      case STARTS_WITH -> new Selector.StartsWith(label, string("starts with"));
      case ENDS_WITH -> new Selector.EndsWith(label, string("ends with"));
      case IN -> new Selector.In(label, strings());
      case NOT_IN -> new Selector.NotIn(label, strings());
      case LABEL,
          STRING,
          OPEN,
          CLOSE,
          OPEN_SET,
          CLOSE_SET,
          COMMA,
          NOT,
          AND,
          OR,
          HAS,
          ALL,
          GLOBAL,
          END ->
          throw SelectorErrors.expectedOperator(operator.described(), operator.position(), text);
    };
  }

  private String string(String operator) {
    return expect(Kind.STRING, "a quoted string after '%s'".formatted(operator)).text();
  }

  /// `{'a', 'b'}`; it may be empty and may have a comma at its end.
  private Set<String> strings() {
    expect(Kind.OPEN_SET, "'{' and a set of quoted strings");
    Set<String> values = new HashSet<>();
    while (peek().kind() == Kind.STRING) {
      values.add(peek().text());
      at++;
      if (!take(Kind.COMMA)) {
        expect(Kind.CLOSE_SET, "',' or '}'");
        return values;
      }
    }
    expect(Kind.CLOSE_SET, "a quoted string or '}'");
    return values;
  }

  private SelectorToken expect(Kind kind, String description) {
    SelectorToken token = peek();
    if (token.kind() != kind) {
      throw expected(description, token);
    }
    at++;
    return token;
  }

  private boolean take(Kind kind) {
    boolean isNext = peek().kind() == kind;
    if (isNext) {
      at++;
    }
    return isNext;
  }

  /// Past the end there is only the end.
  private SelectorToken peek() {
    return tokens.get(Math.min(at, tokens.size() - 1));
  }

  private SelectorSyntaxException expected(String what, SelectorToken found) {
    return SelectorErrors.expected(what, found.described(), found.position(), text);
  }
}
