// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/// What a server answers to who lists a collection: compressed if it is large, as all nodes that
/// start together list the whole cluster.
record ListAnswer(HttpResponse<byte[]> response) {

  /// To ask for.
  static final String COMPRESSION = "gzip";

  static final String NO_LIST = "its answer is no list: expected an object with items";

  private static final String ITEMS = "items";
  private static final JsonMapper JSON = new JsonMapper();

  /// Each object becomes a tree by itself, and is let go of before the next one: a page of them
  /// would outlive the young generation, and nobody collects the old one before it is full.
  ///
  /// @return the answer without its items
  /// @throws IOException if it is no list: nobody may take it for an empty one
  ObjectNode read(Consumer<ObjectNode> found) throws IOException {
    ObjectNode rest = JSON.createObjectNode();
    try (InputStream text = open();
        JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new JsonParseException(parser, "no object");
      }
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        if (field.equals(ITEMS) && value == JsonToken.START_ARRAY) {
          rest.putNull(ITEMS);
          readItems(parser, found);
        } else {
          JsonNode tree = parser.readValueAsTree();
          rest.set(field, tree);
        }
      }
      if (!rest.has(ITEMS)) {
        throw new JsonParseException(parser, "no items");
      }
      if (parser.nextToken() != null) { // also the end of what is compressed is looked at
        throw new JsonParseException(parser, "something behind its end");
      }
    }
    return rest;
  }

  private static void readItems(JsonParser parser, Consumer<ObjectNode> found) throws IOException {
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      found.accept(parser.readValueAsTree());
    }
    if (parser.currentToken() != JsonToken.END_ARRAY) {
      throw new JsonParseException(parser, "an item is no object");
    }
  }

  /// Whatever it is.
  byte[] text() throws IOException {
    try (InputStream text = open()) {
      return text.readAllBytes();
    }
  }

  private InputStream open() throws IOException {
    var body = new ByteArrayInputStream(response.body());
    String encoding = response.header("Content-Encoding");
    return encoding != null && encoding.toLowerCase(Locale.ROOT).equals(COMPRESSION)
        ? new GZIPInputStream(body)
        : body;
  }
}
