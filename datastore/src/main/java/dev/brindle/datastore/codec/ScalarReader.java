// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import java.io.IOException;
import java.io.Serial;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads a value from text, or from text or a whole number. Empty text counts as absent.
final class ScalarReader<T> extends StdScalarDeserializer<T> {

  @Serial private static final long serialVersionUID = 1L;

  private final transient Function<String, T> parse;
  private final boolean mayBeNumber;

  private ScalarReader(Class<T> type, Function<String, T> parse, boolean mayBeNumber) {
    super(type);
    this.parse = parse;
    this.mayBeNumber = mayBeNumber;
  }

  static <T> ScalarReader<T> ofText(Class<T> type, Function<String, T> parse) {
    return new ScalarReader<>(type, parse, false);
  }

  static <T> ScalarReader<T> ofTextOrNumber(Class<T> type, Function<String, T> parse) {
    return new ScalarReader<>(type, parse, true);
  }

  @Override
  public @Nullable T deserialize(JsonParser in, DeserializationContext context) throws IOException {
    JsonToken token = in.currentToken();
    boolean isFitting =
        token == JsonToken.VALUE_STRING || (mayBeNumber && token == JsonToken.VALUE_NUMBER_INT);
    if (!isFitting) {
      throw JsonMappingException.from(
          in, mayBeNumber ? "expected text or a whole number" : "expected text");
    }
    String text = in.getText();
    try {
      return text.isEmpty() ? null : parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw JsonMappingException.from(in, e.getMessage(), e);
    }
  }
}
