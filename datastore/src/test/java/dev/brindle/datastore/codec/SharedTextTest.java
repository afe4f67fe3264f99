// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharedTextTest {

  @Test
  void twoEndpointsOfANodeHaveItsNameAndTheirLabelsInCommon() throws Exception {
    WorkloadEndpoint one = endpoint("a");
    WorkloadEndpoint other = endpoint("b");

    assertThat(one.spec().node()).isEqualTo("n1").isSameAs(other.spec().node());
    assertThat(one.metadata().namespace()).isSameAs(other.metadata().namespace());
    assertThat(one.spec().profiles().getFirst()).isSameAs(other.spec().profiles().getFirst());
    assertThat(one.metadata().labels().keySet().iterator().next())
        .isSameAs(other.metadata().labels().keySet().iterator().next());
    assertThat(one.metadata().labels().get("app")).isSameAs(other.metadata().labels().get("app"));
    assertThat(one.spec().pod()).isEqualTo("a");
    assertThat(other.spec().pod()).isEqualTo("b");
  }

  private static WorkloadEndpoint endpoint(String pod) throws Exception {
    String json =
        """
        {"kind": "WorkloadEndpoint", "apiVersion": "projectcalico.org/v3",
         "metadata": {"name": "n1-k8s-%1$s-eth0", "namespace": "x", "labels": {"app": "w"}},
         "spec": {"orchestrator": "k8s", "node": "n1", "pod": "%1$s", "endpoint": "eth0",
           "profiles": ["kns.x"]}}
        """
            .formatted(pod);
    ObjectNode tree = (ObjectNode) new JsonMapper().readTree(json);
    return (WorkloadEndpoint) ResourceCodec.readStored(ResourceKind.WORKLOAD_ENDPOINT, tree);
  }

  @Test
  void moreThanItHoldsStayWhatTheyAre() {
    var shared = new SharedText();

    assertThat(IntStream.range(0, 50_000).mapToObj(i -> "t" + i))
        .allSatisfy(text -> assertThat(shared.of(new String(text))).isEqualTo(text));
    String last = shared.of("once");
    assertThat(shared.of(new String("once"))).isSameAs(last);
    String text = "x".repeat(65);
    assertThat(shared.of(text)).isSameAs(text);
    assertThat(shared.of(new String(text))).isNotSameAs(text);
  }
}
