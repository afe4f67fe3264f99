// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.api.net.AsNumber;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The systems a path goes through, nearest first (RFC 4271 §4.3 b).
public record AsPath(List<Segment> segments) implements PathAttribute {

  public static final AsPath EMPTY = new AsPath(List.of());

  private static final int MAX_IN_SEGMENT = 255;

  public AsPath {
    segments = List.copyOf(segments);
  }

  public static AsPath of(long... numbers) {
    List<AsNumber> list = new ArrayList<>(numbers.length);
    for (long number : numbers) {
      list.add(new AsNumber(number));
    }
    return list.isEmpty() ? EMPTY : new AsPath(List.of(new Segment(SegmentType.SEQUENCE, list)));
  }

  @Override
  public int code() {
    return AttributeType.AS_PATH.code();
  }

  /// For comparing: a set counts as one, confederation segments as none (RFC 4271 §9.1.2.2 a,
  /// RFC 5065 §5.3).
  public int length() {
    int length = 0;
    for (Segment segment : segments) {
      length +=
          switch (segment.type()) {
            case SEQUENCE -> segment.numbers().size();
            case SET -> 1;
            case CONFED_SEQUENCE, CONFED_SET -> 0;
          };
    }
    return length;
  }

  public int occurrences(AsNumber as) {
    int count = 0;
    for (Segment segment : segments) {
      count += Collections.frequency(segment.numbers(), as);
    }
    return count;
  }

  /// How often an AS is in the segments of confederations.
  public int occurrencesInConfederation(AsNumber as) {
    return segments.stream()
        .filter(Segment::isConfederation)
        .mapToInt(segment -> Collections.frequency(segment.numbers(), as))
        .sum();
  }

  /// The neighbour the path came from: the first number of a leading sequence, whatever it has of a
  /// confederation before that (RFC 5065 §5.3).
  public Optional<AsNumber> first() {
    return segments.stream()
        .filter(segment -> !segment.isConfederation())
        .findFirst()
        .filter(segment -> segment.type() == SegmentType.SEQUENCE)
        .map(segment -> segment.numbers().getFirst());
  }

  public boolean hasSet() {
    return segments.stream()
        .anyMatch(
            segment ->
                segment.type() == SegmentType.SET || segment.type() == SegmentType.CONFED_SET);
  }

  /// Whether it went through parts of a confederation (RFC 5065 §3).
  public boolean hasConfederation() {
    return segments.stream().anyMatch(Segment::isConfederation);
  }

  boolean beginsInConfederation() {
    return !segments.isEmpty() && segments.getFirst().isConfederation();
  }

  /// As other systems are told it (RFC 5065 §4.1).
  public AsPath withoutConfederation() {
    return hasConfederation()
        ? new AsPath(segments.stream().filter(it -> !it.isConfederation()).toList())
        : this;
  }

  /// With one more in front; a full segment stays as it is and a new one begins.
  public AsPath prepended(AsNumber as) {
    return prepended(as, SegmentType.SEQUENCE);
  }

  /// As other members of our confederation are told it (RFC 5065 §4.1).
  public AsPath prependedInConfederation(AsNumber member) {
    return prepended(member, SegmentType.CONFED_SEQUENCE);
  }

  private AsPath prepended(AsNumber as, SegmentType type) {
    List<Segment> longer = new ArrayList<>(segments);
    boolean joins =
        !segments.isEmpty()
            && segments.getFirst().type() == type
            && segments.getFirst().numbers().size() < MAX_IN_SEGMENT;
    List<AsNumber> numbers = new ArrayList<>();
    numbers.add(as);
    if (joins) {
      numbers.addAll(longer.removeFirst().numbers());
    }
    longer.addFirst(new Segment(type, numbers));
    return new AsPath(longer);
  }

  /// One to 255 numbers of one kind.
  public record Segment(SegmentType type, List<AsNumber> numbers) {

    public Segment {
      numbers = List.copyOf(numbers);
    }

    boolean isConfederation() {
      return switch (type) {
        case SET, SEQUENCE -> false;
        case CONFED_SEQUENCE, CONFED_SET -> true;
      };
    }
  }

  /// What a segment's numbers mean (RFC 4271 §4.3 b, RFC 5065 §3).
  public enum SegmentType {
    SET(1),
    SEQUENCE(2),
    CONFED_SEQUENCE(3),
    CONFED_SET(4);

    private final int code;

    SegmentType(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }

    static @Nullable SegmentType of(int code) {
      return switch (code) {
        case 1 -> SET;
        case 2 -> SEQUENCE;
        case 3 -> CONFED_SEQUENCE;
        case 4 -> CONFED_SET;
        default -> null;
      };
    }
  }

  /// `64512 {1 2} (3)`.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Segment segment : segments) {
      String numbers =
          String.join(" ", segment.numbers().stream().map(AsNumber::toString).toList());
      text.append(text.isEmpty() ? "" : " ")
          .append(
              switch (segment.type()) {
                case SEQUENCE -> numbers;
                case SET -> "{" + numbers + "}";
                case CONFED_SEQUENCE -> "(" + numbers + ")";
                case CONFED_SET -> "[" + numbers + "]";
              });
    }
    return text.toString();
  }
}
