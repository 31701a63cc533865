"""SAS files small enough to stand in a test: written by ReadStat's C writers from values given here.

No Python library writes them. `LABELLED` and `COMPRESSED` hold `ROWS` (the second with compressed rows), `CATALOG`
defines their formats, `TAGGED` was written by `haven::write_sas` in R. pandas, which shares no code with
ReadStat, is the second reader.
"""

from __future__ import annotations

import base64
import zlib

ROWS = {
    "follow": ["1", "2", ".A", ""],
    "sex": ["m", "f", "", "f"],
    "day": ["2024-03-01", "1950-12-24", "1960-01-01", "1960-01-02"],
    "at": ["08:30:09", "00:00:00", "23:59:59", "00:00:03.5"],
    "w": ["0.1", "0.3333333333333333", "10000000000", "-2.5"],
}


def _bytes(text: str) -> bytes:
    return zlib.decompress(base64.b85decode("".join(text.split())))


LABELLED = _bytes(
    r"""
c-muNK!8K98WT2)2%g_NiGzXjxM7ckynvvw5`(cZBa<N`M2QFk12ZFvxG|%$F@uN*g90-n%$#7yU<Ef%A6FO05XWHG5CvR-fdByM
hpGF@eSho!vipuO8bh%F1T&%uTk08@7#RAR`ef#nRv?KR>lqs88R!}sni=RB8tNIM8&_dr7H?*P;DhYl>AK+p45O=`vFpx1WOp)*
f>AIEM!_f;1*2dTjDk@x3P!;w7zKj}%!Kw^(ZOL>D1%9mffq>K;DK;8m{HXofQn0?>CfPT&=E|i;$Ju+bO}rV+F{=S6?Z`scY%uM
poz0U#U0SZk8q%gLqQ7;aTgroEI7oEu;Uj;a}E@Ium@9*uYt8WJh|&IYbFTnw9iEy2Z0#7Z{-1)KqweowNFD<x9>+iis|BCLHZQp
7ce=YjH_IPse{_jzyozQ%Yif^#$QIkC>RB!U=$2)@bCA3Frc=64jk$u7+8qX&xu2S0FnA}0S^lG+c1C{H#!V_F#Qni|8<~z6)4Th
zz(d(S>gIv8UFqUsbxVk?+;Xe1h(*FVPt?+v|xQKOz?1p$qS(ICD8cD0BY5L1GtC^0~@sE1ZkT2K<N+$NYg6@V@~8R)Qkj#kO=zR
40!G)#5Eu-KPM-@9B6vJLS=rb0)z`}O+>l|`}qSk7N=G)s06!4q$E~?=4)INfepJ5PhZz^2JC^9fE*S;z)qt)!NZOkH?S~ZLu;S0
p@j(}n)}fC|IyU3qN!s=OH+(!{zT_PlP<xu`-@0*KmSu!77R7;4G56K9R|Jw0l4K0<@2M-3mPav`ZH+piw@AuRY5mT099TCEuH)y
Vevt${wS#cmd}{b_&jKQJ~X}{8lQt^KIK44b0SFg@POGeMB2;(bSWdS6yrk?O+}K&88l!3092kR?E
"""
)

COMPRESSED = _bytes(
    r"""
c-rlmPe>F|9LL|RqqD}QD-7fzXfO{QY}sK=DukUaClJ<>W`i{X6-<n*4a!sy%*|tms7re45K(jqqC;UKcIa3giVlTXo}`1Ve=<|2
H#6^zyT2UV5+UjLS$5w1zVrLNdGmX3XWr~1WR3CZftDw7+3Od#{G|AmdZT<#uq;wRA`!u-3XY3RNP&=}M})l*BFjW65O_UC%utTi
$Mw2cB4+3b#S5|lRy_BcuAg{nUY&^X@;B$8^YsDwP$*m-RvQk)&t2^5$<iYsH5>}>SJj$uNL52Btgh!^O><54nr)r;zV!GF|3d#e
&p)nax04_Uf*=TjAP9mW$UnpodvAq2D&%`*^h3ypfMe||$n_gzdO3*i*x{5(@IwBz*eUzC!2UIO!1Owx*D}2m=*xbm)POz$bw;0u
UhAPROY7?+9{N2gHxD9f&uxikF<0+rx(xL58|d!k3OIHV1VOe5v+1{s{c{5|(Yb+uHkTI1+9xx!>CwghrRy`h=CyBwO7mUck<Xd=
YZ{dwjxD@Am3|kcPFBop`pbJQGpJ2{(uT)}($At7CNrx)O`E@MkXO9l!@q@ydBqod#3%EN_o8u=@pZ(S)Krra9`A&kRm`qrWg(I1
bi$ng(Y+PZ@)hA6fyF1+%O8DkEBqO5Z+vcE`SBpI%YmH@JCzxBl`2wXmvQ1u$r7wQ!`49B2%I9UusS-{B-w}=O{b5ZjKj4Vd+jEn
H@2rbJ5${>cPXVe)ulLQl#nLfIDUdwaQSQxsWkLtTWhbiUZb~Op)ILz(7Va{$?C|?2}RnXA6r1m?IWIxqTK1CYp(!55%`Iq9|U)7
<oXqYu_b`(gf<((8;;?nJpF!{o4Y4$Hx?+_dFOnmSS4S$ECt68U#f84XF&gQe4sxGxJS741;M-=j1%)e>yNE^AN^AV(2v{>0DC8}
gTVH0*_HaU#@ufEJOO(v+uO=K&n(iG3iK{k;(6RNH8#T@`F5Rd`sn^>DUM78K@bE%5ClOG1lfkz|1Ss0FRyV*C;
"""
)

CATALOG = _bytes(
    r"""
c-rmUJxjwt7{KvMTYTAC$k5GDT@5)}i;h845z-c#4(%kODF{}FQt7CBCqIE-LBvs%E{^&MbQcFFSG7pmn5HR62Pyv_gyWt(_uR`G
azYICUeEWh)zstd#e!ITklplBGL_AUOh$=G<tIfIBCh<3XO-owP*tJD6|atCI$B}JwzkZw=~z{595KP>_jtR!tzCAXZ$3|7Os^eD
>{m((kqCr0bR%cT;+lPU-0t||SzQ{su_|TW(52L6uv}+7znjku`~7*}dRI^0Gj6?O*9QOq00000000000000000000Oi;6(O275~
kxBl!QhDaj##A^P00000000000L+?H<X5n|<&?^iclgBv?ewKXVt4PsxBhM1kBp7^-ky!@pzgK?y_hJS3_A0o;x^hX_rRC_5xLkE
$ErnNdKe2?(sYGQ-W<7<Q42Y^#+a)c6Qa0x<POs2M8R$P0{{R30Dynu3xT{*as
"""
)

TAGGED = _bytes(
    r"""
c-rmSze_?<6bJC*56rYdLC7IcBFI5XNx~q|2Pz2KqJKb^P=Yx03yC1woBAIb0=L#Osi9G7h^88%B^sJasI>ch*IzeZ20;;iKO%>7
?!D(d9{BLWC2Bc+*qJ}HS<A<JMjAZ#?%Ev|>lD!_X~;`ovUOw$DdCJnW8sjLloH{jQw{YXuUF=k?yDQOQY#ANP8K4qP@b9acs<^@
heaQY)3Ho$Jx>4t0000000000000000R70!K1A0;O6Jmaj+S`cF05MP^;n~z;p<iE1+x;jgnE|OgF=6|O8wE)y<SkMXI1KMl{x?b
06;&fzSin~YyB)4f3)6D`aivYg|B%RKfV5&vb?q|)a9q7XMdQDLT=&tKt0#eurTfr@^K+=$1h#;H!CCjyseYZ9OKc&qnk$$30nqw
|I~|h5zYi>(nRuE-BtEY%lirWn_40%=gfzsq<pqGoQ%f9&x}0ZAY9{x`OY()<WZ+GZs^s((!E?0;OznblBWHa@f1*EC6H>X-d(X>
axk*szL7eo@!j)9WxKs&BW=WDW7x<y+os^=+0ja7QF+f54@yL(lezMx(tW?P8vp<R00000^z;EAQnBa
"""
)
