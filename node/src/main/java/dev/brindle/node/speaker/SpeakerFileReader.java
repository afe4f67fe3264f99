// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.brindle.node.speaker.Field.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/// YAML to fields that know their lines: nothing understood yet. Numbers stay as they are written.
final class SpeakerFileReader {

  static final int MAX_CHARACTERS = 16 << 20;

  private static final int MAX_DEPTH = 50;
  private static final YAMLFactory YAML = factory();

  private final YAMLParser parser;

  private SpeakerFileReader(YAMLParser parser) {
    this.parser = parser;
  }

  private static YAMLFactory factory() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_CHARACTERS);
    options.setNestingDepthLimit(MAX_DEPTH);
    return YAMLFactory.builder()
        .loaderOptions(options)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .build();
  }

  /// @throws SpeakerFileException naming the line
  static Field read(String yaml) {
    try (YAMLParser parser = YAML.createParser(yaml)) {
      SpeakerFileReader reader = new SpeakerFileReader(parser);
      if (parser.nextToken() == null) {
        throw new SpeakerFileException("line 1: the file is empty");
      }
      Field file = reader.field("", 1);
      if (parser.nextToken() != null) {
        throw new SpeakerFileException(
            "line %d: a second document begins; one is allowed".formatted(reader.line()));
      }
      return file;
    } catch (JsonProcessingException e) {
      throw new SpeakerFileException(
          e.getCause() instanceof MarkedYAMLException marked
              ? "line %d: %s".formatted(marked.getProblemMark().getLine() + 1, marked.getProblem())
              : "line %d: %s".formatted(line(e.getLocation()), e.getOriginalMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  /// At its first token; ends at its last.
  private Field field(String name, int line) throws IOException {
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> new Field(name, line, entries(name));
      case START_ARRAY -> new Field(name, line, items(name));
      case VALUE_NULL -> new Field(name, line, new Content.Nothing());
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE -> {
        if (parser.isCurrentAlias()) {
          throw unsupported(name, line);
        }
        yield new Field(name, line, new Content.Text(parser.getText()));
      }
      case VALUE_EMBEDDED_OBJECT -> throw unsupported(name, line);
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME ->
          throw new IllegalStateException("the YAML parser gave %s".formatted(token));
    };
  }

  private static SpeakerFileException unsupported(String name, int line) {
    return new SpeakerFileException(
        "line %d: %s: aliases (*name) and tags (!name) are not for this file; write the value"
            .formatted(line, name));
  }

  private Content entries(String name) throws IOException {
    Map<String, Field> fields = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      int line = line();
      parser.nextToken();
      fields.put(key, field(name.isEmpty() ? key : name + "." + key, line));
    }
    return new Content.Entries(Collections.unmodifiableMap(fields));
  }

  private Content items(String name) throws IOException {
    List<Field> fields = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      fields.add(field("%s[%d]".formatted(name, fields.size()), line()));
    }
    return new Content.Items(fields);
  }

  private int line() {
    return line(parser.currentTokenLocation());
  }

  private static int line(JsonLocation location) {
    return location == null ? 1 : location.getLineNr();
  }
}
