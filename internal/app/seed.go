package app

import (
	"bytes"
	"context"
	"fmt"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// sample is an invented report of the demonstration.
type sample struct {
	sent intake.Sent
	file string // text of an attachment, "" for none
	play func(ctx context.Context, d *Demo, number string) error
}

// Seed sends the sample reports the way a person would, and lets the players handle some of them.
func (d *Demo) Seed(ctx context.Context) error {
	for i, s := range samples() {
		number, err := d.Send(ctx, s.sent, s.file)
		if err != nil {
			return fmt.Errorf("sample case %d: %w", i+1, err)
		}
		if i == 0 {
			d.first = number
		}
		if s.play == nil {
			continue
		}
		if err := s.play(ctx, d, number); err != nil {
			return fmt.Errorf("handling sample case %d: %w", i+1, err)
		}
	}
	return d.Checkpoints(ctx)
}

// Send sends a report through the path without scripts and returns its case number.
func (d *Demo) Send(ctx context.Context, in intake.Sent, file string) (number string, err error) {
	t := d.Intake.NewToken()
	if file != "" {
		if err := d.Intake.ReceiveFile(ctx, t, "notes.txt", "text/plain", bytes.NewReader([]byte(file))); err != nil {
			return "", err
		}
	}
	draft, faults := d.Intake.Check(in)
	if len(faults) > 0 {
		return "", faults[0]
	}
	r, err := d.Intake.Submit(ctx, t, draft)
	if err != nil {
		return "", err
	}
	m, err := d.Intake.OpenMailbox(ctx, r.Code)
	if err != nil {
		return "", err
	}
	v, err := d.Intake.View(ctx, m)
	return v.Number, err
}

func samples() []sample {
	return []sample{
		{sent: intake.Sent{
			Category: "protected-documents", Danger: "no", Region: "donggang", Lang: "zh-Hans", CodeKind: "digits", How: []string{"saw", "document"},
			What:    "上周三下午，一个自称“资料公司”的账号在聊天里对我说，每拍一页标着密级的项目图纸付500元，还发来一张付款截图，说“先付后拍”。\n我没有答应，也没有再回复。聊天记录还在手机里。",
			When:    "上周三下午三点左右",
			Where:   "手机聊天",
			Answers: map[id.Question][]string{"means": {"pay"}, "offer": {"每页500元，先付后拍"}, "wanted": {"marked"}, "handed": {"no"}, "records": {"chat", "payment"}},
		}, file: "对方原话：“每页五百，先付后拍，不留名字。”\n"},
		{sent: intake.Sent{
			Category: "covert-devices", Danger: "no", Region: "hewan", Lang: "en", CodeKind: "words", How: []string{"saw"},
			What:    "While cleaning the small meeting room on the second floor I found a device the size of a matchbox, taped under the table top. It has a pinhole and a warm battery. I left it where it was and closed the room.",
			When:    "This morning, about half past seven",
			Where:   "Second floor meeting room",
			Answers: map[id.Question][]string{"device": {"sound"}, "place": {"meeting"}, "still": {"yes"}, "installing": {"no"}},
		}, play: acknowledgeSample},
		{sent: intake.Sent{
			Category: "infrastructure", Danger: "no", Lang: "zh-Hans", CodeKind: "digits", How: []string{"device"},
			What:    "水厂值班电脑夜里两点多自己打开了加药系统的操作界面，鼠标自己在动，把一个阀门的开度改了。我按了现场急停，值班长已经断网。屏幕我用手机拍了。",
			When:    "昨天夜里两点多",
			Where:   "水厂值班室",
			Answers: map[id.Question][]string{"system": {"water"}, "signs": {"login", "change"}, "change": {"加药阀开度从两成变成六成"}, "ongoing": {"no"}, "operator": {"yes"}, "kept": {"pictures"}},
		}, play: inquireSample},
	}
}

func acknowledgeSample(ctx context.Context, d *Demo, number string) error {
	s, err := d.As(ctx, "chen", d.unitOf(ctx, number))
	if err != nil {
		return err
	}
	if _, err = s.Reply(ctx, number, terminal.Letter{}); err != nil {
		return err
	}
	return s.Keep(ctx, number, &seal.Title{Text: "会议室桌下发现火柴盒大小的设备"})
}

func inquireSample(ctx context.Context, d *Demo, number string) error {
	unit := d.unitOf(ctx, number)
	chen, err := d.As(ctx, "chen", unit)
	if err != nil {
		return err
	}
	lin, err := d.As(ctx, "lin", unit)
	if err != nil {
		return err
	}
	if _, err := chen.Reply(ctx, number, terminal.Letter{}); err != nil {
		return err
	}
	if err := chen.Keep(ctx, number, &seal.Title{Text: "水厂加药系统夜间被人远程操作"}); err != nil {
		return err
	}
	if _, err := chen.Decide(ctx, number, terminal.Decision{Act: cases.ActTriage}); err != nil {
		return err
	}
	accept := terminal.Decision{Act: cases.ActAccept, Handler: "lin", Reasons: "您说的行为符合“侵入关键信息基础设施”的标准。"}
	if _, err := chen.Decide(ctx, number, accept); err != nil {
		return err
	}
	plan := terminal.Decision{Act: cases.ActOpenInquiry, Reasons: "先取得值班系统的登录日志和现场照片，再联系设备维护单位。"}
	if _, err := lin.Decide(ctx, number, plan); err != nil {
		return err
	}
	_, err = lin.Reply(ctx, number, terminal.Letter{Text: "急停之后，系统有没有再自己动过？只写您记得的，不要自己去试。"})
	return err
}

// unitOf is the office that reads a case of the demonstration.
func (d *Demo) unitOf(ctx context.Context, number string) string {
	var c cases.Case
	err := d.Store.Read(ctx, func(tx *store.Tx) (err error) {
		c, err = tx.CaseByNumber(number)
		return err
	})
	if err != nil {
		return ""
	}
	return string(c.Unit)
}
