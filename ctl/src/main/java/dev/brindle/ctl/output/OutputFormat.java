// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import dev.brindle.ctl.client.ClientException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// What `-o` asks for.
public sealed interface OutputFormat {

  record Narrow() implements OutputFormat {}

  record Wide() implements OutputFormat {}

  record Yaml() implements OutputFormat {}

  record Json() implements OutputFormat {}

  record CustomColumns(List<String> headings) implements OutputFormat {

    public CustomColumns {
      headings = List.copyOf(headings);
    }
  }

  record GoTemplate(String template) implements OutputFormat {}

  record GoTemplateFile(Path file) implements OutputFormat {}

  /// @throws ClientException if `text` is no format
  static OutputFormat parse(String text) {
    int equals = text.indexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals);
    String argument = equals < 0 ? "" : text.substring(equals + 1);
    return switch (name) {
      case "ps" -> new Narrow();
      case "wide" -> new Wide();
      case "yaml", "yml" -> new Yaml();
      case "json" -> new Json();
      case "custom-columns" -> columns(argument);
      case "go-template" -> new GoTemplate(required(argument, "need to specify a template"));
      case "go-template-file" ->
          new GoTemplateFile(Path.of(required(argument, "need to specify a template file")));
      default -> throw new ClientException("unrecognized output format '%s'".formatted(text));
    };
  }

  private static String required(String argument, String otherwise) {
    if (argument.isEmpty()) {
      throw new ClientException(otherwise);
    }
    return argument;
  }

  private static OutputFormat columns(String argument) {
    if (argument.isEmpty()) {
      throw new ClientException("need to specify at least one column");
    }
    return new CustomColumns(Arrays.asList(argument.split(",", -1)));
  }
}
