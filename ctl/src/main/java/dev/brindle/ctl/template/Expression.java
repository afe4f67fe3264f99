// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// What gives a value.
sealed interface Expression {

  /// `.`, or a variable: `$` and a name, `$` alone for what the template was given.
  record Name(String name) implements Expression {}

  record Literal(JsonNode value) implements Expression {}

  /// One field of what `of` gives.
  record Field(Expression of, String name) implements Expression {}

  /// A function with arguments, the piped one last.
  record Call(String function, List<Expression> arguments) implements Expression {

    public Call {
      arguments = List.copyOf(arguments);
    }
  }
}
