// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// Cuts text into documents. What begins with a brace or bracket and is JSON is read as JSON, which
/// may hold tabs; all else is YAML, of which JSON is nearly a part.
final class Documents {

  static final int MAX_DEPTH = 64;
  static final int MAX_DOCUMENT = 10 * 1024 * 1024;

  private static final int MAX_TEXT = 8 * MAX_DOCUMENT;

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(MAX_DEPTH)
                      .maxDocumentLength(MAX_DOCUMENT)
                      .maxNumberLength(64)
                      .build())
              .build());

  private Documents() {}

  static List<Document> of(String text) {
    if (text.length() > MAX_TEXT) {
      throw new ResourceFormatException(
          "%d characters are too many, at most %d are read".formatted(text.length(), MAX_TEXT));
    }
    String start = text.stripLeading();
    if (!start.startsWith("{") && !start.startsWith("[")) {
      return YamlReader.read(text);
    }
    try {
      return List.of(new Document(json(text)));
    } catch (JsonProcessingException notJson) {
      return yamlOr(notJson, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(String text) throws IOException {
    try (JsonParser parser = JSON.createParser(text)) {
      JsonNode root = JSON.readTree(parser);
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "text after the end of the document");
      }
      return root;
    }
  }

  private static List<Document> yamlOr(JsonProcessingException notJson, String text) {
    try {
      return YamlReader.read(text);
    } catch (ResourceFormatException notYaml) {
      boolean isMeantAsJson = text.indexOf('\t') >= 0;
      throw isMeantAsJson ? ReadFault.of(notJson).inStore() : notYaml;
    }
  }
}
