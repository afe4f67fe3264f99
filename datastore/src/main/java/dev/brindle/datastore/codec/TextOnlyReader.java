// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.io.IOException;
import java.io.Serial;

/// Reads text where a number or a truth does not stand for its text.
final class TextOnlyReader extends StdScalarDeserializer<String> {

  @Serial private static final long serialVersionUID = 1L;

  TextOnlyReader() {
    super(String.class);
  }

  @Override
  public String deserialize(JsonParser in, DeserializationContext context) throws IOException {
    if (in.currentToken() != JsonToken.VALUE_STRING) {
      throw MismatchedInputException.from(in, String.class, "expected text");
    }
    return in.getText();
  }
}
