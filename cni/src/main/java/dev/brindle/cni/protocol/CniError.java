// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Optional;

/// Why a call failed, in the specification's form.
///
/// @param number the specification's, or that of a plugin whose error is passed on
/// @param message one line for people
/// @param details may be empty
public record CniError(int number, String message, String details) {

  /// The specification's numbers, and 100 for what it has no number for.
  public enum Code {
    INCOMPATIBLE_VERSION(1),
    UNSUPPORTED_FIELD(2),
    /// The runtime need not clean up.
    UNKNOWN_CONTAINER(3),
    INVALID_ENVIRONMENT(4),
    IO_FAILURE(5),
    DECODING_FAILURE(6),
    INVALID_NETWORK_CONFIG(7),
    TRY_AGAIN_LATER(11),
    /// STATUS only: the plugin cannot serve ADD now.
    NOT_AVAILABLE(50),
    /// STATUS only: and pods that are there have no network either.
    NOT_AVAILABLE_AND_DOWN(51),
    GENERAL(100);

    private final int number;

    Code(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }
  }

  public static CniError of(Code code, String message) {
    return new CniError(code.number, message, "");
  }

  /// An error as a plugin says it; empty if the text is none.
  public static Optional<CniError> read(String text) {
    try {
      JsonNode json = CniConfigReader.JSON.readTree(text);
      boolean isError = json.path("code").canConvertToInt() && json.path("msg").isTextual();
      return isError
          ? Optional.of(
              new CniError(
                  json.path("code").intValue(),
                  json.path("msg").textValue(),
                  json.path("details").asText("")))
          : Optional.empty();
    } catch (JsonProcessingException _) {
      return Optional.empty(); // whoever asked shows the text
    }
  }

  /// `GENERAL` for a number that is not the specification's.
  public Code code() {
    return Arrays.stream(Code.values())
        .filter(code -> code.number == number)
        .findFirst()
        .orElse(Code.GENERAL);
  }

  /// @param version what the call spoke, as it was written
  public String json(String version) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("cniVersion", version)
            .put("code", number)
            .put("msg", message);
    return (details.isEmpty() ? json : json.put("details", details)).toString();
  }
}
