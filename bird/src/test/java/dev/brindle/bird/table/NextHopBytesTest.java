// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.NextHopWish;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NextHopBytesTest {

  private static final HexFormat HEX = HexFormat.of();
  private static final String OUR_IPV4 = "c0000201";
  private static final String OUR_IPV6 = "20010db8000000000000000000000001";

  private final AttributeBlocks blocks = new AttributeBlocks();

  /// A peer that passes on next hops as they are.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                     | family       | told by  | next hop    | filter    | octets
          kept                        | IPV4_UNICAST | EXTERNAL | 192.0.2.9   | USUAL     | c0000209
          kept                        | IPV6_UNICAST | EXTERNAL | 2001:db8::9 | USUAL     | 20010db8000000000000000000000009
          of ours there is none       | IPV4_UNICAST | LOCAL    |             | USUAL     | ours
          our own route goes by us    | IPV4_UNICAST | LOCAL    | 192.0.2.9   | USUAL     | ours
          unless a filter has set it  | IPV4_UNICAST | LOCAL    | 192.0.2.9   | AS_SET    | c0000209
          a filter wants ours         | IPV4_UNICAST | EXTERNAL | 192.0.2.9   | SELF      | ours
          a filter wants it unchanged | IPV4_UNICAST | EXTERNAL | 192.0.2.9   | UNCHANGED | c0000209
          not of the family           | IPV6_UNICAST | EXTERNAL | 192.0.2.9   | USUAL     | ours
          they do not know RFC 8950   | IPV4_UNICAST | EXTERNAL | 2001:db8::9 | USUAL     | ours
          means nothing elsewhere     | IPV6_UNICAST | EXTERNAL | fe80::9     | USUAL     | ours
          the last that is link-local | IPV6_UNICAST | EXTERNAL | febf::9     | USUAL     | ours
          the next is not             | IPV6_UNICAST | EXTERNAL | fec0::9     | USUAL     | fec00000000000000000000000000009
          """)
  void keepsOrReplaces(
      String story,
      Family family,
      Source.Kind kind,
      @Nullable String hop,
      NextHopWish wish,
      String octets) {
    String ours = family == Family.IPV4_UNICAST ? OUR_IPV4 : OUR_IPV6;

    assertThat(written(terms(true, OUR_IPV4, false), family, kind, hop, wish))
        .isEqualTo(octets.equals("ours") ? ours : octets);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                   | keeps | ours     | extended | next hop    | octets
          takes IPv6 for IPv4       | true  | c0000201 | true     | 2001:db8::9 | 20010db8000000000000000000000009
          ours for all              | false | c0000201 | false    | 192.0.2.9   | c0000201
          none of ours, none of his | true  |          | false    | 2001:db8::9 |
          none of ours, but of his  | true  |          | false    | 192.0.2.9   | c0000209
          none of ours              | false |          | false    | 192.0.2.9   |
          """)
  void toldOverIpv4(
      String story,
      boolean keeps,
      @Nullable String ours,
      boolean extended,
      String hop,
      @Nullable String octets) {
    ExportTerms terms = terms(keeps, ours == null ? "" : ours, extended);

    assertThat(written(terms, Family.IPV4_UNICAST, Source.Kind.EXTERNAL, hop, NextHopWish.USUAL))
        .isEqualTo(octets == null ? "" : octets);
  }

  private static ExportTerms terms(boolean keeps, String ourIpv4, boolean extended) {
    return new ExportTerms(
        PeerKind.INTERNAL,
        7,
        Octets.copyOf(HEX.parseHex(ourIpv4)),
        Octets.copyOf(HEX.parseHex(OUR_IPV6)),
        keeps,
        0,
        true,
        0,
        extended,
        0,
        false);
  }

  /// In hex; the length that was foretold is checked on the way.
  private String written(
      ExportTerms terms, Family family, Source.Kind kind, @Nullable String hop, NextHopWish wish) {
    PathAttributes told = PathAttributes.of(new Origin(Origin.Source.IGP));
    byte[] canonical =
        CanonicalForm.of(hop == null ? told : told.with(NextHop.of(IpAddress.parse(hop))));
    int block = blocks.intern(canonical, 0, canonical.length);
    IpAddress address = IpAddress.parse("192.0.2.8");
    Source source = new Source(kind, "peer", address, address, false);
    NextHopBytes hops = new NextHopBytes(blocks, terms, family);
    ExportWish wanted = new ExportWish(wish, false);
    byte[] to = new byte[64];

    int end = hops.write(block, source, wanted, to, 3);

    assertThat(hops.length(block, source, wanted)).isEqualTo(end - 3);
    assertThat(hops.isAlwaysThere() && end == 3).isFalse();
    return HEX.formatHex(to, 3, end);
  }
}
