// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.wire.PeerKind;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What has broken sessions, or daemons, all over the Internet, beside the rows of
/// `MalformedAttributeTest`.
@SuppressWarnings("NullAway.Init") // the neighbours are there before all tests
class PastIncidentsTest {

  private static final String PATH_HEAD = "40010100";
  private static final String NEXT_HOP = "400304 c0000201";

  private static Provocation neighbours;

  @BeforeAll
  static void open() {
    neighbours = Provocation.by(PeerKind.EXTERNAL);
  }

  @AfterAll
  static void close() {
    neighbours.close();
  }

  /// 2008 and 2009: confederation segments in AS4_PATH, where they must not be (RFC 6793 §6).
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                | AS4_PATH                                        | told, behind our AS and the peer's
          all but confederations | c0110c 02010000fde9 0201 00010001               | 00010001
          a leading sequence     | c01112 03010000fbf5 02010000fde9 0201 00010001  | 00010001
          a set                  | c01112 04010000fbf5 02010000fde9 0201 00010001  | 00005ba0
          longer than AS_PATH    | c01112 02040000fde9 000100010001000200010003    | 00005ba0
          segment type 0         | c0110c 00010000fde9 0201 00010001               | 00005ba0
          empty                  | c01100                                          | 00005ba0
          """)
  void as4PathOfAnOldSpeaker(String story, String as4Path, String told) throws IOException {
    try (Provocation.Odd peer = neighbours.new Odd(true)) {
      String attributes = PATH_HEAD + "400206 0202fde95ba0" + NEXT_HOP + as4Path;
      peer.say(Provocation.announcement(attributes, peer.prefix('a')));

      String fate = peer.fate();

      assertThat(numbers(fate)).isEqualTo("0000fc00" + "0000fde9" + told);
      assertThat(fate).doesNotContain("c011");
    }
  }

  /// The AS numbers of what was told, segment by segment.
  private static String numbers(String attributes) {
    int at = attributes.indexOf("4002") + 6;
    int end = at + 2 * Integer.parseInt(attributes.substring(at - 2, at), 16);
    StringBuilder numbers = new StringBuilder();
    while (at < end) {
      int next = at + 4 + 8 * Integer.parseInt(attributes.substring(at + 2, at + 4), 16);
      numbers.append(attributes, at + 4, next);
      at = next;
    }
    return numbers.toString();
  }

  /// 2009: more systems than a segment holds. 2026: more than any pattern of paths is ready for.
  @ParameterizedTest(name = "{0} systems")
  @CsvSource({"255, told", "256, told", "300, told", "750, told", "751, W", "2049, W", "5000, W"})
  void longPaths(int systems, String outcome) throws IOException {
    try (Provocation.Odd peer = neighbours.new Odd()) {
      StringBuilder path = new StringBuilder();
      for (int left = systems; left > 0; left -= 255) {
        int count = Math.min(left, 255);
        path.append("02%02x".formatted(count)).append("0000fde9".repeat(count));
      }
      String attribute = "5002%04x".formatted(path.length() / 2) + path;
      peer.say(Provocation.announcement(PATH_HEAD + attribute + NEXT_HOP, peer.prefix('a')));

      String fate = peer.fate();

      if (outcome.equals("W")) {
        assertThat(fate).isEqualTo("W");
      } else {
        assertThat(fate.split("0000fde9", -1)).hasSize(systems + 1);
      }
    }
  }

  /// 2010: attribute 99 with 3,000 octets; 2019: attribute 255; 2023: attribute 28.
  @ParameterizedTest(name = "attribute {0}")
  @ValueSource(ints = {99, 255, 28, 128})
  void largeUnknownAttributes(int code) throws IOException {
    try (Provocation.Odd peer = neighbours.new Odd()) {
      String value = "5a".repeat(3_000);
      String odd = "%02x0bb8".formatted(code) + value;
      peer.say(Provocation.announcement(neighbours.attributesWith("d0" + odd), peer.prefix('a')));

      assertThat(peer.fate()).isEqualTo(neighbours.toldWith("f0" + odd));
    }
  }

  /// RFC 8654 §4: what fits no message of 4,096 octets is taken back from those that take no longer
  /// ones.
  @ParameterizedTest(name = "{0} octets")
  @ValueSource(ints = {4_050, 5_000, 60_000})
  void whatFitsNoMessageIsWithdrawn(int octets) throws IOException {
    try (Provocation.Odd peer = neighbours.new Odd()) {
      String attribute = "d063%04x".formatted(octets) + "00".repeat(octets);
      peer.say(Provocation.announcement(neighbours.attributesWith(attribute), peer.prefix('a')));

      assertThat(peer.fate()).isEqualTo("W");
    }
  }

  /// A NOTIFICATION cannot hold more than 4,075 octets of what it is about.
  @Test
  void aLargeWellKnownAttributeIsGivenBackInPart() throws IOException {
    try (Provocation.Odd peer = neighbours.new Odd()) {
      String odd = "5063ea60" + "11".repeat(60_000);
      peer.say(Provocation.announcement(neighbours.attributesWith(odd), peer.prefix('a')));

      assertThat(peer.ending()).isEqualTo("3/2 " + odd.substring(0, 2 * 4_075));
      peer.awaitGone();
    }
  }

  /// October 2025: OTC of 1,024 octets. Whatever becomes of the route, the session lives.
  @ParameterizedTest(name = "{0} octets")
  @ValueSource(ints = {0, 3, 5, 1_024})
  void oddLengthsOfOnlyToCustomer(int octets) throws IOException {
    try (Provocation.Odd peer = neighbours.new Odd()) {
      String odd = "d023%04x".formatted(octets) + "00".repeat(octets);
      peer.say(Provocation.announcement(neighbours.attributesWith(odd), peer.prefix('a')));

      assertThat(peer.fate()).isNotEqualTo("-");
    }
  }
}
