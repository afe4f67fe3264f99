// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/// One place in `speaker.yaml`, with what is there. Everything that is wrong with it is said with
/// its line and name.
///
/// @param name as a reader would write it: `neighbors[0].asn`; empty for the whole file
record Field(String name, int line, Content content) {

  /// What a place holds.
  sealed interface Content {

    record Text(String text) implements Content {}

    record Items(List<Field> fields) implements Content {

      public Items {
        fields = List.copyOf(fields);
      }
    }

    /// @param fields by key, in the order of the file
    record Entries(Map<String, Field> fields) implements Content {}

    /// Nothing, or `null`.
    record Nothing() implements Content {}
  }

  // ---- what it holds

  /// A word, number or quoted text.
  String text() {
    if (content instanceof Content.Text(var text)) {
      return text;
    }
    throw wrong("is %s, not a single value".formatted(kind()));
  }

  <T> T read(Function<String, T> parser) {
    String text = text();
    return checked(() -> parser.apply(text));
  }

  /// What an IllegalArgumentException says is said of this field.
  <T> T checked(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  boolean isTrue() {
    return switch (text()) {
      case "true" -> true;
      case "false" -> false;
      case String other -> throw wrong("'%s' is neither true nor false".formatted(other));
    };
  }

  /// Whether a part of it is true; false if it is not there.
  boolean flag(String key) {
    return find(key).map(Field::isTrue).orElse(false);
  }

  long number(long min, long max) {
    return read(
        text -> {
          if (!text.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException(
                "'%s' is not a number in %d..%d".formatted(text, min, max));
          }
          long number = Long.parseLong(text);
          if (number < min || number > max) {
            throw new IllegalArgumentException("%d is not in %d..%d".formatted(number, min, max));
          }
          return number;
        });
  }

  /// @param most how many are allowed
  List<Field> items(int most) {
    if (!(content instanceof Content.Items(var fields))) {
      throw wrong("is %s, not a list".formatted(kind()));
    }
    if (fields.size() > most) {
      throw wrong("%d are more than %d".formatted(fields.size(), most));
    }
    return fields;
  }

  /// One value stands for a list of one.
  List<Field> oneOrMore(int most) {
    if (content instanceof Content.Text) {
      return List.of(this);
    }
    List<Field> fields = items(most);
    if (fields.isEmpty()) {
      throw wrong("is empty; give one value or a list");
    }
    return fields;
  }

  <T> List<T> all(int most, Function<String, T> parser) {
    List<T> values = new ArrayList<>();
    oneOrMore(most).forEach(field -> values.add(field.read(parser)));
    return values;
  }

  // ---- what is inside

  Map<String, Field> entries() {
    if (content instanceof Content.Entries(var fields)) {
      return fields;
    }
    throw wrong("is %s, not a mapping".formatted(kind()));
  }

  /// Refuses keys that are not known.
  Map<String, Field> entries(Collection<String> known) {
    Map<String, Field> fields = entries();
    fields.forEach(
        (key, field) -> {
          if (!known.contains(key)) {
            throw field.wrong("unknown field; known here are %s".formatted(new TreeSet<>(known)));
          }
        });
    return fields;
  }

  /// Empty if it is not there, or there is nothing in it.
  Optional<Field> find(String key) {
    Field field = entries().get(key);
    return Optional.ofNullable(field).filter(it -> !(it.content instanceof Content.Nothing));
  }

  Field get(String key) {
    return find(key)
        .orElseThrow(() -> new Field(child(key), line, new Content.Nothing()).wrong("is missing"));
  }

  /// Says that it is not supported, if it is there.
  void refuse(String key) {
    find(key)
        .ifPresent(
            field -> {
              throw field.wrong("is not in this version; leave it out");
            });
  }

  String child(String key) {
    return name.isEmpty() ? key : name + "." + key;
  }

  SpeakerFileException wrong(String problem) {
    String where = name.isEmpty() ? "the file" : name;
    return new SpeakerFileException("line %d: %s: %s".formatted(line, where, problem));
  }

  private String kind() {
    return switch (content) {
      case Content.Text(var text) -> "'%s'".formatted(text);
      case Content.Items _ -> "a list";
      case Content.Entries _ -> "a mapping";
      case Content.Nothing _ -> "empty";
    };
  }

  /// One of some words.
  <T> T oneOf(Map<String, T> words) {
    return read(
        text -> {
          T value = words.get(text);
          if (value == null) {
            throw new IllegalArgumentException(
                "'%s' is not one of %s".formatted(text, sorted(words.keySet())));
          }
          return value;
        });
  }

  private static Set<String> sorted(Set<String> words) {
    return new TreeSet<>(words);
  }
}
