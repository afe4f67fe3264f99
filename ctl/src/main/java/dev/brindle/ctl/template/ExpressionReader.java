// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.template;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/// Reads `.Spec.CIDR`, `join .Items ","`, `.A | len`, `(index . 0).Name`.
record ExpressionReader(Tokens tokens) {

  /// What a pipeline gives: each function gets what stands before the bar as its last argument.
  Expression pipeline() {
    Expression value = command(List.of());
    while (tokens.takeIf("|")) {
      value = command(List.of(value));
    }
    return value;
  }

  private Expression command(List<Expression> piped) {
    Token first = tokens.peek();
    boolean isFunction = first.kind() == Token.Kind.WORD && !isConstant(first.text());
    if (!isFunction) {
      if (!piped.isEmpty()) {
        throw tokens.fault("'%s' is no function".formatted(first.text()));
      }
      return operand();
    }
    String function = tokens.take().text();
    if (!Functions.NAMES.contains(function)) {
      throw tokens.fault("function \"%s\" not defined".formatted(function));
    }
    List<Expression> arguments = new ArrayList<>();
    while (!isEndOfCommand()) {
      arguments.add(operand());
    }
    arguments.addAll(piped);
    return new Expression.Call(function, arguments);
  }

  private boolean isEndOfCommand() {
    Token token = tokens.peek();
    return token.kind() == Token.Kind.END || token.is("|") || token.is(")");
  }

  private static boolean isConstant(String word) {
    return word.equals("true") || word.equals("false") || word.equals("nil");
  }

  private Expression operand() {
    Token token = tokens.take();
    Expression value =
        switch (token.kind()) {
          case FIELD -> new Expression.Field(new Expression.Name("."), token.text());
          case DOT, VARIABLE -> new Expression.Name(token.text());
          case STRING -> new Expression.Literal(new TextNode(token.text()));
          case NUMBER -> new Expression.Literal(new DecimalNode(new BigDecimal(token.text())));
          case WORD -> word(token.text());
          case SIGN, END -> inBrackets(token);
        };
    while (tokens.peek().kind() == Token.Kind.FIELD && isChained(token)) {
      value = new Expression.Field(value, tokens.take().text());
    }
    return value;
  }

  /// A string or number has no fields: what follows is another argument.
  private static boolean isChained(Token token) {
    return token.kind() != Token.Kind.STRING && token.kind() != Token.Kind.NUMBER;
  }

  private Expression word(String word) {
    return switch (word) {
      case "true" -> new Expression.Literal(BooleanNode.TRUE);
      case "false" -> new Expression.Literal(BooleanNode.FALSE);
      case "nil" -> new Expression.Literal(NullNode.getInstance());
      default -> {
        if (!Functions.NAMES.contains(word)) {
          throw tokens.fault("function \"%s\" not defined".formatted(word));
        }
        yield new Expression.Call(word, List.of());
      }
    };
  }

  private Expression inBrackets(Token token) {
    if (!token.is("(")) {
      throw tokens.fault(
          token.kind() == Token.Kind.END
              ? "missing value"
              : "unexpected '%s'".formatted(token.text()));
    }
    Expression value = pipeline();
    if (!tokens.takeIf(")")) {
      throw tokens.fault("')' is missing");
    }
    return value;
  }
}
