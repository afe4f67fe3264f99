// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// YAML to `SpeakerFile`: an unknown or repeated field is an error that names line and column.
final class SpeakerFileReader {

  private static final YAMLMapper MAPPER =
      YAMLMapper.builder(new YAMLFactory())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .addMixIn(SpeakerFile.Neighbor.class, NeighborNames.class)
          .build();

  private SpeakerFileReader() {}

  /// @throws SpeakerFileException naming line and column
  static SpeakerFile read(String yaml) {
    try {
      SpeakerFile file = MAPPER.readValue(yaml, SpeakerFile.class);
      if (file == null) {
        throw new SpeakerFileException("the file is empty");
      }
      return file;
    } catch (UnrecognizedPropertyException e) {
      throw new SpeakerFileException(
          "%s: unknown field '%s'; known here are %s"
              .formatted(place(where(yaml, e)), e.getPropertyName(), e.getKnownPropertyIds()));
    } catch (JsonProcessingException e) {
      throw new SpeakerFileException(
          "%s: %s".formatted(place(e.getLocation()), e.getOriginalMessage()));
    }
  }

  /// Records are filled after all their fields were read, so the exception knows the end of the
  /// record only; the field itself is looked up again.
  private static @Nullable JsonLocation where(String yaml, UnrecognizedPropertyException unknown) {
    StringBuilder wanted = new StringBuilder();
    for (JsonMappingException.Reference step : unknown.getPath()) {
      wanted
          .append('/')
          .append(step.getFieldName() == null ? step.getIndex() : step.getFieldName());
    }
    try (JsonParser parser = MAPPER.createParser(yaml)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME
            && parser.getParsingContext().pathAsPointer().toString().contentEquals(wanted)) {
          return parser.currentTokenLocation();
        }
      }
      return unknown.getLocation();
    } catch (IOException e) {
      return unknown.getLocation(); // the rest of the file is no better, but this comes first
    }
  }

  private static String place(@Nullable JsonLocation location) {
    return location == null
        ? "somewhere"
        : "line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }

  /// Fields whose names are words of Java.
  private interface NeighborNames {

    @JsonProperty("interface")
    String interfaceName();

    @JsonProperty("import")
    String importFilter();

    @JsonProperty("export")
    String exportFilter();
  }
}
