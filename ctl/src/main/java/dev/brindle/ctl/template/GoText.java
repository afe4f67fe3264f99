// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.stream.Collectors;

/// Values as Go prints them, and which of them count as true.
final class GoText {

  private GoText() {}

  static String of(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL, MISSING -> "<nil>";
      case NUMBER -> number(value.decimalValue());
      case ARRAY -> value.valueStream().map(GoText::of).collect(Collectors.joining(" ", "[", "]"));
      case OBJECT ->
          value
              .propertyStream()
              .map(field -> field.getKey() + "=" + of(field.getValue()))
              .sorted()
              .collect(Collectors.joining(","));
      case BOOLEAN, STRING, BINARY, POJO -> value.asText();
    };
  }

  private static String number(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  static boolean isTrue(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL, MISSING -> false;
      case NUMBER -> value.decimalValue().signum() != 0;
      case BOOLEAN -> value.booleanValue();
      case STRING -> !value.textValue().isEmpty();
      case ARRAY, OBJECT -> !value.isEmpty();
      case BINARY, POJO -> true;
    };
  }
}
