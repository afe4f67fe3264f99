// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// One field of FelixConfiguration and what it may hold.
///
/// @param arguments of the form: a range, or the choices
public record FelixField(String name, Form form, List<String> arguments) {

  private static final Map<String, FelixField> ALL = read(FelixFieldTable.FIELDS);

  /// How a value is written.
  public enum Form {
    BOOL,
    TEXT,
    /// A number, with bounds such as `0..` or `1..65535` or none.
    INT,
    UINT32,
    DURATION,
    PORT,
    /// A number or `first:last`.
    PORTS_TEXT,
    NODE_PORTS,
    /// One of the arguments, in small or capital letters.
    CHOICE,
    EXACTLY,
    EXACTLY_OR_EMPTY,
    /// The argument is a regular expression for the whole; empty text is none.
    MATCHING,
    EACH_MATCHING,
    /// A regular expression itself.
    REGEX,
    CIDRS,
    IPV4,
    IPV6,
    IPV4_CIDRS,
    FAILSAFE,
    TIMEOUTS,
    RANGE,
    RANGES,
    REGION,
    DSCP,
    MAP,
    SELECTOR
  }

  public static Set<String> names() {
    return ALL.keySet();
  }

  /// @throws IllegalArgumentException if there is no such field
  public static FelixField named(String name) {
    FelixField field = ALL.get(name);
    if (field == null) {
      throw new IllegalArgumentException("FelixConfiguration has no field " + name);
    }
    return field;
  }

  private static Map<String, FelixField> read(String table) {
    Map<String, FelixField> fields = new LinkedHashMap<>();
    table
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(FelixField::readLine)
        .forEach(field -> fields.put(field.name, field));
    return Collections.unmodifiableMap(fields);
  }

  private static FelixField readLine(String line) {
    List<String> words = Arrays.asList(line.split(" ", -1));
    Form form = Form.valueOf(words.get(1).toUpperCase(Locale.ROOT).replace('-', '_'));
    return new FelixField(words.getFirst(), form, words.subList(2, words.size()));
  }
}
