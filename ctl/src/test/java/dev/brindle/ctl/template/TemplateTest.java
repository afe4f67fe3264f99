// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {

  private static final String DATA =
      """
      [{"kind": "IPPoolList", "metadata": {"resourceVersion": "7"}, "items": [
        {"kind": "IPPool",
         "metadata": {"name": "a", "labels": {"x": "1", "b": "2"}},
         "spec": {"cidr": "10.0.0.0/16", "ipipMode": "Always", "blockSize": 26, "disabled": false,
                  "order": 1.50, "allowedUses": ["Workload", "Tunnel"], "bgp": null}},
        {"kind": "IPPool",
         "metadata": {"name": "b", "labels": {}},
         "spec": {"cidr": "fd00::/48", "ipipMode": "Never", "blockSize": 122, "disabled": true,
                  "order": null, "allowedUses": [], "bgp": {"asNumber": 5}}}]}]
      """;

  private static JsonNode data() throws JsonProcessingException {
    return new JsonMapper().readTree(DATA);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          # template ~ text
          hello ~ hello
          {{range .}}{{range .Items}}{{.ObjectMeta.Name}} {{end}}{{end}} ~ a b
          {{range .}}{{range .Items}}{{.Name}}={{.Spec.CIDR}},{{end}}{{end}} ~ a=10.0.0.0/16,b=fd00::/48,
          {{range .}}{{.Kind}} {{.ListMeta.ResourceVersion}}{{end}} ~ IPPoolList 7
          {{range .}}{{range .Items}}{{.Spec.IPIPMode}}{{.Spec.BlockSize}}{{.Spec.Disabled}};{{end}}{{end}} ~ Always26false;Never122true;
          {{range .}}{{range .Items}}{{.Spec.Order}} {{end}}{{end}} ~ 1.5 <nil>
          {{range .}}{{range .Items}}{{.ObjectMeta.Labels}}|{{.Spec.AllowedUses}};{{end}}{{end}} ~ b=2,x=1|[Workload Tunnel];|[];
          {{range .}}{{range .Items}}{{join .Spec.AllowedUses ","}};{{end}}{{end}} ~ Workload,Tunnel;;
          {{range .}}{{range .Items}}{{joinAndTruncate .Spec.AllowedUses "," 10}};{{end}}{{end}} ~ Workloa...;;
          {{config "asnumber"}} ~ 64512
          {{range $i, $list := .}}{{$i}}{{len $list.Items}}{{end}} ~ 02
          {{range .}}{{range $k, $v := (index .Items 0).ObjectMeta.Labels}}{{$k}}:{{$v}} {{end}}{{end}} ~ b:2 x:1
          {{range .}}{{range .Items}}{{if .Spec.Disabled}}off{{else}}on{{end}} {{end}}{{end}} ~ on off
          {{range .}}{{range .Items}}{{if eq .Name "x"}}x{{else if eq .Name "b" "c"}}bc{{else}}-{{end}}{{end}}{{end}} ~ -bc
          {{range .}}{{range .Items}}{{with .Spec.BGP}}{{.ASNumber}}{{else}}none {{end}}{{end}}{{end}} ~ none 5
          {{range .}}{{range (index .Items 1).Spec.AllowedUses}}x{{else}}empty{{end}}{{end}} ~ empty
          {{range .}}{{range .Items}}  {{- .Name -}}  {{end}}{{end}}. ~ ab.
          {{/* nothing */}}a{{"}}"}}b{{`c"`}} ~ a}}bc"
          {{$x := 5}}{{$x}}{{$x = 6}}{{$x}}{{len $}} ~ 561
          {{printf "%-5s|%5d|%v%%" "ab" 7 true}} ~ ab   |    7|true%
          {{"a" | printf "%s-%s" "b"}} ~ b-a
          {{printf "%q" "a\\"b"}} ~ "a\\"b"
          {{lt 2 10}} {{gt "2" "10"}} {{ge 2 2.0}} {{ne 1 2}} {{not 0}} {{and 1 ""}}{{or "" "x"}} ~ true true true true true x
          {{print 1 "a" nil}}{{println "b"}} ~ 1a<nil>b
          {{range .}}{{index (index .Items 0).Labels "x"}}{{index (index .Items 0).Labels "y"}}{{end}} ~ 1<nil>
          """)
  void prints(String template, @Nullable String expected) throws JsonProcessingException {
    assertThat(Template.parse(template).of(data(), "64512").strip())
        .isEqualTo(expected == null ? "" : expected.strip());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '\0',
      textBlock =
          """
          {{range .}}{{.Nam}}{{end}} ~ template: can't evaluate field Nam in an object without it
          {{range .}}{{.Kind.X}}{{end}} ~ template: can't evaluate field X in "IPPoolList"
          {{.Name ~ template: unclosed action
          {{range .}} ~ template: {{range .}}: {{end}} is missing
          {{if true}}{{else}} ~ template: {{if true}}: {{end}} is missing
          {{end}} ~ template: unexpected {{end}}
          {{template "x"}} ~ template: {{template "x"}}: 'template' is not supported
          {{upper "x"}} ~ template: {{upper "x"}}: function "upper" not defined
          {{len}} ~ template: wrong number of args for len: want 1 got 0
          {{len .)}} ~ template: {{len .)}}: unexpected ')'
          {{len (. }} ~ template: {{len (.}}: ')' is missing
          {{}} ~ template: {{}}: missing value
          {{.A ? 2}} ~ template: {{.A ? 2}}: unexpected '? 2'
          {{$x}} ~ template: undefined variable "$x"
          {{index . 5}} ~ template: index out of range: 5
          {{range 5}}{{end}} ~ template: range can't iterate over 5
          {{printf "%s"}} ~ template: printf "%s" has too few values
          {{printf "%x" 1}} ~ template: printf has no %x here
          {{config "x"}} ~ template: config knows "asnumber" only, not "x"
          {{eq . 1}} ~ template: eq of values that cannot be compared
          {{"a" | .}} ~ template: {{"a" | .}}: '.' is no function
          """)
  void refuses(String template, String message) {
    assertThatThrownBy(() -> Template.parse(template).of(data(), "64512"))
        .isInstanceOf(TemplateException.class)
        .hasMessage(message);
  }
}
