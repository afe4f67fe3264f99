// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.io.Serial;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads a value from text, or from text or a whole number. Where text is meant, a number or a
/// truth stands for its text, as in Go. Empty text counts as absent, unless the mapper's coercions
/// say
/// that it fails.
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
  public LogicalType logicalType() {
    return LogicalType.OtherScalar;
  }

  @Override
  public @Nullable T deserialize(JsonParser in, DeserializationContext context) throws IOException {
    JsonToken token = in.currentToken();
    boolean isText =
        token == JsonToken.VALUE_STRING
            || (!mayBeNumber && token != JsonToken.VALUE_NULL && token.isScalarValue());
    if (!isText && !(mayBeNumber && token == JsonToken.VALUE_NUMBER_INT)) {
      throw wrongType(
          in,
          new IllegalArgumentException(
              mayBeNumber ? "expected text or a whole number" : "expected text"));
    }
    String text = in.getText();
    if (text.isEmpty() && isEmptyAbsent(context)) {
      return null;
    }
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw isText ? refused(in, text, e) : wrongType(in, e);
    }
  }

  private boolean isEmptyAbsent(DeserializationContext context) {
    CoercionAction action =
        context.findCoercionAction(logicalType(), handledType(), CoercionInputShape.EmptyString);
    return action != CoercionAction.Fail;
  }

  /// A number that is none of the type is not of the type, as in Go.
  private JsonMappingException wrongType(JsonParser in, IllegalArgumentException why) {
    JsonMappingException fault =
        MismatchedInputException.from(in, handledType(), String.valueOf(why.getMessage()));
    fault.initCause(why);
    return fault;
  }

  private JsonMappingException refused(JsonParser in, String text, IllegalArgumentException why) {
    JsonMappingException fault =
        InvalidFormatException.from(in, String.valueOf(why.getMessage()), text, handledType());
    fault.initCause(why);
    return fault;
  }
}
