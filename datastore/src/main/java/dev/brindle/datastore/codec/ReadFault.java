// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.validation.Violation;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What is wrong with a document, in words that name its fields and not our types.
///
/// @param path of the faulty field
/// @param refused the value, if it is of the right JSON type and none that the field can have
/// @param isUnknownField the kind has no such field
record ReadFault(
    JsonPointer path,
    String reason,
    Optional<String> refused,
    boolean isUnknownField,
    JsonProcessingException cause) {

  private static final String MISSING = "is required";

  static ReadFault of(JsonProcessingException fault) {
    if (!(fault instanceof JsonMappingException mapping)) {
      return new ReadFault(
          JsonPointer.empty(), fault.getOriginalMessage(), Optional.empty(), false, fault);
    }
    JsonPointer path = JsonPointer.empty();
    for (JsonMappingException.Reference step : mapping.getPath()) {
      path =
          step.getFieldName() != null
              ? path.appendProperty(step.getFieldName())
              : path.appendIndex(step.getIndex());
    }
    boolean isUnknown = fault instanceof UnrecognizedPropertyException;
    return new ReadFault(path, reason(mapping), refused(mapping), isUnknown, fault);
  }

  /// The same of what a person wrote, with what calicoctl says of it; but if a required field is
  /// missing where an unknown one stands, that one is it.
  static ReadFault of(JsonProcessingException fault, ResourceKind kind, JsonNode root) {
    ReadFault found = of(fault);
    if (!(fault instanceof JsonMappingException mapping)) {
      return found;
    }
    return found.reason.equals(MISSING)
        ? found.orUnknown(mapping, root)
        : found.withComplaint(mapping, kind, root);
  }

  private ReadFault orUnknown(JsonMappingException fault, JsonNode root) {
    if (!(fault.getPath().getLast().getFrom() instanceof Class<?> type) || !type.isRecord()) {
      return this;
    }
    Set<String> known =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getName)
            .collect(Collectors.toSet());
    JsonPointer parent = path.head();
    for (String name : (Iterable<String>) root.at(parent)::fieldNames) {
      if (!known.contains(name)) {
        return new ReadFault(parent.appendProperty(name), MISSING, Optional.empty(), true, cause);
      }
    }
    return this;
  }

  private ReadFault withComplaint(JsonMappingException fault, ResourceKind kind, JsonNode root) {
    if (refused.isPresent()
        || fault instanceof InvalidNullException
        || !(fault instanceof MismatchedInputException mismatch)
        || mismatch.getTargetType() == null) {
      return this;
    }
    return GoType.complaint(
            kind, FieldPath.find(root, path), fault.getPath(), mismatch.getTargetType())
        .map(words -> reason + " (" + words + ")")
        .map(words -> new ReadFault(path, words, refused, isUnknownField, cause))
        .orElse(this);
  }

  ReadFault under(JsonPointer base) {
    return new ReadFault(base.append(path), reason, refused, isUnknownField, cause);
  }

  /// Of what a store holds.
  ResourceFormatException inStore() {
    return exception("", plain());
  }

  /// Of what a person wrote.
  ///
  /// @param place such as `line 3, column 5: `, or empty
  ResourceFormatException inDocument(ResourceKind kind, String place) {
    String field = FieldPath.text(path);
    return exception(
        place,
        refused
            .map(value -> Violation.text(kind, List.of(new Violation(field, value, reason))))
            .orElseGet(this::plain));
  }

  private String plain() {
    String field = FieldPath.text(path);
    return field.isEmpty() ? reason : field + ": " + reason;
  }

  private ResourceFormatException exception(String place, String words) {
    if (isUnknownField) {
      String field = FieldPath.text(path);
      return new ResourceFormatException(
          place + "unknown field \"%s\"".formatted(field), field, cause);
    }
    return new ResourceFormatException(place + words, null, cause);
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
    if (fault instanceof InvalidNullException) {
      return "is empty";
    }
    if (fault instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
      return expected(mismatch.getTargetType());
    }
    return message;
  }

  private static Optional<String> refused(JsonMappingException fault) {
    return fault instanceof InvalidFormatException invalid
            && !isTruthOrNumber(invalid.getTargetType())
        ? Optional.of(String.valueOf(invalid.getValue()))
        : Optional.empty();
  }

  private static boolean isTruthOrNumber(Class<?> type) {
    return type.isPrimitive() || type == Boolean.class || Number.class.isAssignableFrom(type);
  }

  private static String expected(Class<?> type) {
    if (type.isEnum()) {
      return Violation.supported(List.of(type.getEnumConstants()));
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "expected a list";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "expected true or false";
    }
    if (isTruthOrNumber(type)) {
      return "expected a number in range";
    }
    boolean hasFields =
        (type.isRecord() && !ScalarModule.isScalar(type)) || Map.class.isAssignableFrom(type);
    return hasFields ? "expected fields" : "expected text";
  }
}
