// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.resource.BgpPeer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerObjectionsTest {

  /// `field=value` for each that is there.
  private static BgpPeer.Spec spec(String text) {
    Map<String, String> fields = new HashMap<>();
    Arrays.stream(text.strip().split("; *", -1))
        .map(it -> it.split("=", 2))
        .forEach(it -> fields.put(it[0], it[1]));
    return new BgpPeer.Spec(
        of(fields, "node"),
        of(fields, "nodeSelector"),
        of(fields, "peerIP"),
        Optional.ofNullable(fields.get("asNumber")).map(AsNumber::parse),
        Optional.empty(),
        Optional.ofNullable(fields.get("numAllowedLocalASNumbers")).map(Integer::valueOf),
        of(fields, "peerSelector"),
        of(fields, "localWorkloadSelector"),
        fields.containsKey("keepOriginalNextHop"),
        of(fields, "nextHopMode"),
        Optional.empty(),
        of(fields, "sourceAddress"),
        of(fields, "maxRestartTime"),
        "",
        Optional.ofNullable(fields.get("ttlSecurity")).map(Integer::valueOf),
        of(fields, "reachableBy"),
        List.of(),
        of(fields, "reversePeering"));
  }

  private static String of(Map<String, String> fields, String key) {
    return fields.getOrDefault(key, "");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # fields                                    | refusal                                | note
          peerIP=10.0.0.1; asNumber=64999             |                                        |
          peerSelector=all()                          |                                        |
          peerIP=10.0.0.1; nextHopMode=Self; sourceAddress=None; reversePeering=Manual; ttlSecurity=255 | |
          node=a                                      | one of peerIP and peerSelector is needed |
          peerIP=10.0.0.1; peerSelector=all()         | one of peerIP and peerSelector is needed |
          peerIP=10.0.0.300                           | peerIP '10.0.0.300' is not an address, or an address and a port |
          peerIP=10.0.0.1; node=a; nodeSelector=all() | node and nodeSelector are both there; say one of them, or none for every node |
          peerSelector=all(); asNumber=64999          |                                        | asNumber counts for nothing beside peerSelector: each node has its own
          localWorkloadSelector=all(); asNumber=64999 |                                        |
          localWorkloadSelector=all()                 | localWorkloadSelector needs asNumber, that of the pods |
          localWorkloadSelector=all(); asNumber=1; peerIP=10.0.0.1 | localWorkloadSelector goes with neither peerIP nor peerSelector |
          peerIP=10.0.0.1; nextHopMode=Own            | nextHopMode is 'Own', not one of [Auto, Keep, Self] |
          peerIP=10.0.0.1; sourceAddress=10.0.0.2     | sourceAddress is '10.0.0.2', not one of [None, UseNodeIP] |
          peerIP=10.0.0.1; reversePeering=Off         | reversePeering is 'Off', not one of [Auto, Manual] |
          peerIP=10.0.0.1; ttlSecurity=256            | ttlSecurity 256 is not in 0..255       |
          peerIP=10.0.0.1; numAllowedLocalASNumbers=-1 | numAllowedLocalASNumbers -1 is less than 0 |
          peerIP=10.0.0.1; maxRestartTime=2h          | restart time is 7200 s, not 0..4095    |
          peerIP=10.0.0.1; keepOriginalNextHop=; nextHopMode=Keep | | keepOriginalNextHop counts for nothing beside nextHopMode; leave it out
          peerIP=10.0.0.1; reachableBy=10.0.9.1       |                                        |
          peerIP=10.0.0.1; reachableBy=fd00::1        | reachableBy fd00::1 is not of the family of peerIP 10.0.0.1 |
          peerIP=10.0.0.1; reachableBy=gateway        | reachableBy 'gateway' is not an IP address |
          peerSelector=all(); reachableBy=10.0.9.1    |                                        | reachableBy counts for nothing without peerIP; leave it out
          """)
  void saysWhatCannotBeDone(String fields, @Nullable String refusal, @Nullable String note) {
    PeerObjections objections = PeerObjections.of(spec(fields));

    assertThat(objections.refusals()).isEqualTo(refusal == null ? List.of() : List.of(refusal));
    assertThat(objections.notes()).isEqualTo(note == null ? List.of() : List.of(note));
  }
}
