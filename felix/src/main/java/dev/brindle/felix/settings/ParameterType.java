// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.PortRange;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// How the text of a setting becomes a value.
///
/// @param expected what a value looks like, for messages
/// @param reader throws `IllegalArgumentException` on text that is no such value
/// @param readsNone whether `none` is a value of its own; else it stands for what is built in
public record ParameterType<T>(String expected, Reader<T> reader, boolean readsNone) {

  ParameterType(String expected, Reader<T> reader) {
    this(expected, reader, false);
  }

  static final ParameterType<String> TEXT = new ParameterType<>("a text", (text, _) -> text);

  static final ParameterType<Boolean> TRUTH =
      new ParameterType<>("true or false", (text, _) -> truth(text));

  static final ParameterType<Optional<Boolean>> TRUTH_OR_UNSET =
      new ParameterType<>("true or false", (text, _) -> Optional.of(truth(text)));

  /// Environment: seconds. Resource: a Go duration.
  static final ParameterType<Duration> DURATION =
      new ParameterType<>(
          "seconds such as 90 (environment) or a duration such as 1m30s (resource)",
          DurationText::read);

  private static final int FEWEST_BITS = 4;

  /// A mask of 32 bits, decimal or `0x...`, of which at least four are set.
  static final ParameterType<Integer> BITS =
      new ParameterType<>("a mask such as 0xffff0000", (text, _) -> (int) bits(text));

  static final ParameterType<Optional<PortRange>> PORTS =
      new ParameterType<>(
          "ports such as 32768:65535", (text, _) -> Optional.of(PortRange.parse(text)));

  /// Kept as text, because compiled patterns do not compare.
  static final ParameterType<String> PATTERN =
      new ParameterType<>("a regular expression", (text, _) -> pattern(text));

  static final ParameterType<List<String>> NAMES =
      new ParameterType<>("names separated by commas", (text, _) -> words(text));

  static final ParameterType<List<Cidr>> NETWORKS =
      new ParameterType<>(
          "CIDRs separated by commas", (text, _) -> words(text).stream().map(Cidr::parse).toList());

  static final ParameterType<List<FailsafePort>> FAILSAFE_PORTS =
      new ParameterType<>(
          "ports such as tcp:22 or udp:10.0.0.0/8:68 separated by commas, or none",
          (text, _) -> FailsafePort.parseAll(text),
          true);

  /// Names, and regular expressions between slashes.
  static final ParameterType<List<String>> NAMES_OR_PATTERNS =
      new ParameterType<>(
          "names, or regular expressions between slashes, separated by commas",
          (text, _) -> namesOrPatterns(text));

  private static List<String> namesOrPatterns(String text) {
    List<String> all = words(text);
    all.stream()
        .filter(word -> word.length() > 1 && word.startsWith("/") && word.endsWith("/"))
        .forEach(word -> pattern(word.substring(1, word.length() - 1)));
    return all;
  }

  static ParameterType<Integer> number(int min, int max) {
    return new ParameterType<>(
        "a number from %d to %d".formatted(min, max),
        (text, _) -> {
          int number = Integer.parseInt(text);
          if (number < min || number > max) {
            throw new IllegalArgumentException("%d is out of range".formatted(number));
          }
          return number;
        });
  }

  /// One of a few words, in any case.
  static <E extends Enum<E>> ParameterType<E> oneOf(Class<E> words) {
    List<E> all = List.of(words.getEnumConstants());
    return new ParameterType<>(
        "one of " + all,
        (text, _) ->
            all.stream()
                .filter(word -> word.toString().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such word")));
  }

  static ParameterType<Optional<IpAddress>> address(IpFamily family) {
    return new ParameterType<>(
        "an %s address".formatted(family),
        (text, _) -> {
          IpAddress address = IpAddress.parse(text);
          if (address.family() != family) {
            throw new IllegalArgumentException("the address is not " + family);
          }
          return Optional.of(address);
        });
  }

  T read(String text, Form form) {
    return reader.read(text, form);
  }

  private static boolean truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "1", "yes", "y", "t" -> true;
      case "false", "0", "no", "n", "f" -> false;
      default -> throw new IllegalArgumentException("neither true nor false");
    };
  }

  private static long bits(String text) {
    long value = Long.decode(text);
    if (value < 0 || value > 0xffff_ffffL) {
      throw new IllegalArgumentException("more than 32 bits");
    }
    if (Long.bitCount(value) < FEWEST_BITS) {
      throw new IllegalArgumentException("fewer than four bits are set");
    }
    return value;
  }

  private static String pattern(String text) {
    try {
      return Pattern.compile(text).pattern();
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(e.getDescription(), e);
    }
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /// Where the text was written: durations look different.
  enum Form {
    ENVIRONMENT,
    RESOURCE
  }

  /// Makes a value of text.
  @FunctionalInterface
  interface Reader<T> {
    T read(String text, Form form);
  }
}
