// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpFamily;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReachabilityTest {

  @ParameterizedTest(name = "{0} to {1} by {2} {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          friend   | server   | tcp  | 8080 | true
          friend   | server   | tcp  | 9090 | false
          friend   | server   | udp  | 8080 | false
          friend   | server   | icmp | 0    | false
          stranger | server   | tcp  | 8080 | false
          pod4     | server   | icmp | 0    | false
          outside  | server   | tcp  | 8080 | false
          server   | stranger | tcp  | 8080 | true
          stranger | friend   | udp  | 8080 | true
          outside  | friend   | icmp | 0    | true
          server   | outside  | tcp  | 8080 | true
          """)
  void thePolicyOfTheTour(String from, String to, String kind, int port, boolean allowed) {
    Expectation expected =
        new Expectation(
            from,
            to,
            new Traffic(Traffic.Kind.parse(kind), port),
            IpFamily.IPV4,
            Optional.of(allowed));

    assertThat(new Reachability(standard(3, 2, FamilyChoice.IPV4)).withTourPolicy())
        .contains(expected);
  }

  @Test
  void withoutPolicyAllIsAllowed() {
    assertThat(new Reachability(standard(3, 2, FamilyChoice.DUAL)).withoutPolicy())
        .isNotEmpty()
        .allMatch(expectation -> expectation.allowed().orElse(false));
  }

  @Test
  void eachTryIsThereOnceForEachFamily() {
    List<Expectation> four = new Reachability(standard(3, 2, FamilyChoice.IPV4)).withTourPolicy();
    List<Expectation> dual = new Reachability(standard(3, 2, FamilyChoice.DUAL)).withTourPolicy();

    assertThat(four).doesNotHaveDuplicates();
    assertThat(dual).doesNotHaveDuplicates().hasSize(2 * four.size());
  }

  @Test
  void manyPodsAreTriedInNumbersThatGrowWithThem() {
    List<Expectation> tries = new Reachability(standard(5, 10, FamilyChoice.IPV4)).withTourPolicy();

    assertThat(tries).hasSizeLessThan(50 * 20);
    assertThat(tries.stream().map(Expectation::to).collect(Collectors.toSet())).hasSize(51);
    assertThat(tries.stream().filter(e -> e.to().equals("server")).map(Expectation::from))
        .contains("pod50", "friend", "outside");
  }

  @Test
  void ownPoliciesLeaveOnlyWhatIsStated() {
    Topology plain = standard(2, 1, FamilyChoice.IPV4);
    Expectation stated =
        new Expectation("friend", "server", Traffic.tcp(8080), IpFamily.IPV4, Optional.of(false));
    Topology topology =
        new Topology(
            1, plain.nodes(), plain.pods(), RouterKind.NONE, plain.family(), List.of(stated));

    assertThat(new Reachability(topology).withOwnPolicy())
        .contains(stated)
        .filteredOn(expectation -> expectation.allowed().isPresent())
        .containsExactly(stated);
  }

  private static Topology standard(int nodes, int pods, FamilyChoice family) {
    return Topology.standard(
        new LabOptions(
            nodes,
            pods,
            RouterKind.BIRD,
            StoreKind.EMBEDDED,
            family,
            Encap.NONE,
            Optional.empty(),
            List.of(),
            false,
            false));
  }
}
