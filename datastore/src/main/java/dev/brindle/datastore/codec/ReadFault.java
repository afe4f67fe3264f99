// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What is wrong with a document, in words that name its fields and not our types.
///
/// @param path of the faulty field
/// @param isUnknownField the kind has no such field
record ReadFault(
    JsonPointer path, String reason, boolean isUnknownField, JsonProcessingException cause) {

  private static final String MISSING = "is required";

  static ReadFault of(JsonProcessingException fault) {
    if (!(fault instanceof JsonMappingException mapping)) {
      return new ReadFault(JsonPointer.empty(), fault.getOriginalMessage(), false, fault);
    }
    JsonPointer path = JsonPointer.empty();
    for (JsonMappingException.Reference step : mapping.getPath()) {
      path =
          step.getFieldName() != null
              ? path.appendProperty(step.getFieldName())
              : path.appendIndex(step.getIndex());
    }
    boolean isUnknown = fault instanceof UnrecognizedPropertyException;
    return new ReadFault(path, reason(mapping), isUnknown, fault);
  }

  /// The same, but if a required field is missing where an unknown one stands, that one is it.
  static ReadFault of(JsonProcessingException fault, JsonNode root) {
    ReadFault found = of(fault);
    if (!found.reason.equals(MISSING) || !(fault instanceof JsonMappingException mapping)) {
      return found;
    }
    if (!(mapping.getPath().getLast().getFrom() instanceof Class<?> type) || !type.isRecord()) {
      return found;
    }
    Set<String> known =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getName)
            .collect(Collectors.toSet());
    JsonPointer parent = found.path.head();
    for (String name : (Iterable<String>) root.at(parent)::fieldNames) {
      if (!known.contains(name)) {
        return new ReadFault(parent.appendProperty(name), MISSING, true, fault);
      }
    }
    return found;
  }

  ReadFault under(JsonPointer base) {
    return new ReadFault(base.append(path), reason, isUnknownField, cause);
  }

  /// @param place such as `line 3, column 5: `, or empty
  ResourceFormatException at(String place) {
    String field = FieldPath.text(path);
    if (isUnknownField) {
      return new ResourceFormatException(
          place + "unknown field \"%s\"".formatted(field), field, cause);
    }
    String subject = field.isEmpty() ? "" : field + ": ";
    return new ResourceFormatException(place + subject + reason, null, cause);
  }

  private static String reason(JsonMappingException fault) {
    if (fault.getCause() instanceof IllegalArgumentException refused
        && refused.getMessage() != null) {
      return refused.getMessage();
    }
    String message = Optional.ofNullable(fault.getOriginalMessage()).orElse("cannot be read");
    if (message.startsWith("Missing required creator property")) {
      return MISSING;
    }
    if (fault instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
      return "expected " + expected(mismatch.getTargetType());
    }
    return message;
  }

  private static String expected(Class<?> type) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(Object::toString)
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "a list";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "a number in range";
    }
    return type.isRecord() || Map.class.isAssignableFrom(type) ? "fields" : "text";
  }
}
