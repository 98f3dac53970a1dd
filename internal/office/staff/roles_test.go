package staff_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/office/staff"
)

// TestEveryRole calls each use case that a signed-in person asks for, with each role of an account: whoever may not is refused for the
// role, and nobody else is. The table is that of docs/spec/roles.md.
func TestEveryRole(t *testing.T) {
	b, err := os.ReadFile("../../../docs/spec/roles.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), "<!-- staff -->\n")
	text, _, ok := strings.Cut(rest, "<!-- end -->")
	if !ok {
		t.Fatal("there is no table")
	}
	each(t, func(t *testing.T, w *world) {
		admin := w.first("zhou", staff.Administrator)
		people := map[string]*somebody{
			"administrator": admin, "inspector": w.first("song", staff.Inspector),
			"member": w.invited(admin, "chen", staff.Member), "custodian": w.invited(admin, "he", staff.Custodian),
		}
		var head, listed []string
		for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
			var words []string
			for c := range strings.SplitSeq(strings.Trim(line, "|"), "|") {
				words = append(words, strings.TrimSpace(c))
			}
			if i == 0 {
				head = words
			}
			if i < 2 {
				continue
			}
			listed = append(listed, words[0])
			m := reflect.ValueOf(w.Service).MethodByName(words[0])
			if !m.IsValid() {
				t.Errorf("there is no use case %s", words[0])
				continue
			}
			for j, cell := range words[1:] {
				p := people[head[j+1]]
				w.signIn(p)
				in := []reflect.Value{reflect.ValueOf(t.Context()), reflect.ValueOf(p.session)}
				for k := 2; k < m.Type().NumIn(); k++ {
					in = append(in, argument(m.Type().In(k), p))
				}
				out := m.Call(in)
				err, _ := out[len(out)-1].Interface().(error)
				e, _ := errs.Public(err)
				if refused := e != nil && e.Key == "staff.not_yours"; refused != (cell == "–") {
					t.Errorf("%s by %s: %v, and the table says %q", words[0], head[j+1], err, cell)
				}
			}
		}
		st, session := reflect.TypeOf(w.Service), reflect.TypeFor[*staff.Session]()
		for i := range st.NumMethod() {
			if m := st.Method(i); m.Type.NumIn() > 2 && m.Type.In(2) == session && !slices.Contains(listed, m.Name) {
				t.Errorf("%s stands in no row of docs/spec/roles.md", m.Name)
			}
		}
	})
}

// argument is one that is looked at before the role is, and otherwise nothing.
func argument(of reflect.Type, p *somebody) reflect.Value {
	switch of {
	case reflect.TypeFor[staff.Door]():
		return reflect.ValueOf(p.door)
	case reflect.TypeFor[staff.Invitation]():
		return reflect.ValueOf(staff.Invitation{Role: staff.Member, ID: "lin", Name: "A person"})
	default:
		return reflect.Zero(of)
	}
}
