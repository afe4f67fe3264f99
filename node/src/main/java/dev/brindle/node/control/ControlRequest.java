// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// One request: `{"version": 1, "command": "neighbor", "peer": "192.0.2.2"}`. All values but the
/// version are strings.
///
/// @param arguments all but version and command
public record ControlRequest(String command, Map<String, String> arguments) {

  public static final int VERSION = 1;

  private static final int LONGEST_VALUE = 256;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  public ControlRequest {
    arguments = Map.copyOf(arguments);
  }

  /// @throws ControlRefusal if it is anything else
  static ControlRequest parse(String line) throws ControlRefusal {
    JsonNode request;
    try {
      request = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw ControlRefusal.badRequest("expected a line of JSON: " + e.getOriginalMessage());
    }
    if (!request.isObject()) {
      throw ControlRefusal.badRequest("expected an object of JSON");
    }
    JsonNode version = request.path("version");
    if (!version.isInt() || version.intValue() != VERSION) {
      throw new ControlRefusal(
          "version",
          "the request is of version %s, this daemon answers version %d"
              .formatted(version.isMissingNode() ? "none" : version, VERSION),
          "use the brindle of the daemon's own version");
    }
    Map<String, String> arguments = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : request.properties()) {
      if (!field.getKey().equals("version")) {
        arguments.put(field.getKey(), value(field.getKey(), field.getValue()));
      }
    }
    String command = arguments.remove("command");
    if (command == null) {
      throw ControlRefusal.badRequest("the request has no command");
    }
    return new ControlRequest(command, arguments);
  }

  private static String value(String field, JsonNode value) throws ControlRefusal {
    if (!value.isTextual() || value.textValue().length() > LONGEST_VALUE) {
      throw ControlRefusal.badRequest(
          "'%s' is not a string of at most %d characters"
              .formatted(shortened(field), LONGEST_VALUE));
    }
    return value.textValue();
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }

  public Optional<String> find(String argument) {
    return Optional.ofNullable(arguments.get(argument));
  }

  /// @throws ControlRefusal if it is not there
  public String get(String argument) throws ControlRefusal {
    String value = arguments.get(argument);
    if (value == null) {
      throw ControlRefusal.badRequest("%s needs '%s'".formatted(command, argument));
    }
    return value;
  }

  /// @throws ControlRefusal if it is not there, or no number in this range
  public long number(String argument, long least, long most) throws ControlRefusal {
    String text = get(argument);
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw ControlRefusal.badRequest(
        "'%s' is %s, not a number in %d..%d".formatted(argument, shortened(text), least, most));
  }

  /// @throws ControlRefusal if there is an argument that is none of these
  public void allow(Set<String> known) throws ControlRefusal {
    for (String argument : arguments.keySet()) {
      if (!known.contains(argument)) {
        throw ControlRefusal.badRequest(
            "%s does not know '%s'".formatted(command, shortened(argument)));
      }
    }
  }
}
