// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.template;

import java.util.List;

/// What a template is made of.
sealed interface Part {

  record Text(String text) implements Part {}

  /// Prints a value.
  record Show(Expression value) implements Part {}

  /// `{{$x := value}}` or `{{$x = value}}`; prints nothing.
  record Assign(String variable, Expression value) implements Part {}

  /// The first condition that holds.
  record If(Expression condition, List<Part> then, List<Part> otherwise) implements Part {

    public If {
      then = List.copyOf(then);
      otherwise = List.copyOf(otherwise);
    }
  }

  /// As `If`, with the value as the dot.
  record With(Expression value, List<Part> then, List<Part> otherwise) implements Part {

    public With {
      then = List.copyOf(then);
      otherwise = List.copyOf(otherwise);
    }
  }

  /// @param index variable for the place or the key; empty for none
  /// @param element variable for the element, which the dot is too; empty for none
  record Range(
      String index, String element, Expression values, List<Part> body, List<Part> otherwise)
      implements Part {

    public Range {
      body = List.copyOf(body);
      otherwise = List.copyOf(otherwise);
    }
  }
}
