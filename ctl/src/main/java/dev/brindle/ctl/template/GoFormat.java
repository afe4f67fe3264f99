// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Go's `printf`: `%s`, `%v`, `%d`, `%q`, `%t`, each with a width, `-` for left.
final class GoFormat {

  private static final Pattern VERB = Pattern.compile("%(?<left>-)?(?<width>\\d{1,4})?(?<verb>.)");

  private GoFormat() {}

  static String of(String format, List<JsonNode> values) {
    Matcher verb = VERB.matcher(format);
    StringBuilder text = new StringBuilder();
    int next = 0;
    while (verb.find()) {
      String shown;
      if (verb.group("verb").equals("%")) {
        shown = "%";
      } else if (next < values.size()) {
        shown = padded(shown(verb.group("verb"), values.get(next++)), verb);
      } else {
        throw new TemplateException("template: printf \"%s\" has too few values".formatted(format));
      }
      verb.appendReplacement(text, Matcher.quoteReplacement(shown));
    }
    return verb.appendTail(text).toString();
  }

  private static String shown(String verb, JsonNode value) {
    return switch (verb) {
      case "s", "v", "d", "t" -> GoText.of(value);
      case "q" -> '"' + GoText.of(value).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
      default -> throw new TemplateException("template: printf has no %%%s here".formatted(verb));
    };
  }

  private static String padded(String shown, Matcher verb) {
    String width = verb.group("width");
    int missing = width == null ? 0 : Integer.parseInt(width) - shown.length();
    if (missing <= 0) {
      return shown;
    }
    return verb.group("left") == null ? " ".repeat(missing) + shown : shown + " ".repeat(missing);
  }
}
